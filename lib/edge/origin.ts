import type { ApiRequest } from './request.ts';

const HOST = /^[\w.-]+(:\d{1,5})?$/;

/** Where this request reached the API, for addresses in what it shows; the gateway lets no foreign host through. */
export function originOf({ headers }: ApiRequest): string {
  const { host = '', 'x-forwarded-proto': scheme } = headers;
  return HOST.test(host) ? `${scheme === 'http' ? 'http' : 'https'}://${host}` : '';
}
