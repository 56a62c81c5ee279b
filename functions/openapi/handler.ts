import { apiHandler } from '../../lib/edge/api.ts';
import { openApiDocument } from './document.ts';

/** `GET /openapi.json`. */
export function openApiHandler() {
  const document = JSON.stringify(openApiDocument());
  return apiHandler(async () => ({
    status: 200,
    body: document,
    headers: { 'cache-control': 'public, max-age=3600' },
  }));
}
