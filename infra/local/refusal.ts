import type { Response } from './proxy-response.ts';

/** API Gateway's own refusals: the status, and the message in their bodies. */
const MESSAGES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** The bytes that an HTTP API answers with when no function was asked, or none answered. */
export const refusal = (status: keyof typeof MESSAGES, headers: Readonly<Record<string, string>> = {}): Response => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  cookies: [],
  body: Buffer.from(`{"message":"${MESSAGES[status]}"}`),
});
