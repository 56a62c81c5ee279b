import { createHash } from 'node:crypto';
import {
  PublicationParameters,
  type PublicationReader,
  publicationPage,
} from '../../lib/disclosure/publication-page.ts';
import { apiHandler } from '../../lib/edge/api.ts';
import { readQuery } from '../../lib/edge/request.ts';
import type { Clock } from '../../lib/kernel/clock.ts';

/** Seconds for which a page may be shown again unasked. */
const MAX_AGE = 60;

export interface PublicationsPorts {
  readonly reader: PublicationReader;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** `GET /v1/publications`: 公示, for everyone. */
export function publicationsHandler({ reader, recordKey, clock }: PublicationsPorts) {
  return apiHandler(
    async (request) => {
      const parameters = readQuery(request, PublicationParameters);
      const { language, headers } = request;
      const page = await publicationPage(parameters, reader, { language, key: recordKey, now: clock() });
      const body = JSON.stringify(page);
      const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
      const caching = { 'cache-control': `public, max-age=${MAX_AGE}`, etag, vary: 'accept-language' };
      const known = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
      return known.includes(etag)
        ? { status: 304, body: '', headers: caching }
        : { status: 200, body, headers: caching, log: { items: page.items.length } };
    },
    { takesQuery: 'GET /v1/publications' },
  );
}
