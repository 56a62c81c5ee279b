import { randomUUID } from 'node:crypto';
import { registrationNoCheckDigit } from '../../lib/subject/registration-no.ts';
import type { MadeUp } from './subjects.ts';

export const CALLER = 'bench';

const REGISTRATION_BODY = '43010000001234';
/** A number that is tied to a subject with one listing. */
export const REGISTRATION_NO = `${REGISTRATION_BODY}${registrationNoCheckDigit(REGISTRATION_BODY)}`;

interface Asked {
  readonly scheme: string;
  readonly id: string;
  readonly name?: string;
  readonly role?: string;
  readonly related?: readonly (Asked & { readonly relation: string })[];
}

export const bidder = ({ uscc, name }: MadeUp): Asked => ({ scheme: 'uscc', id: uscc, name, role: 'bidder' });

/** A branch that names its head office. */
export const branch = (made: MadeUp, office: MadeUp): Asked => ({
  ...bidder(made),
  name: `${office.name}长沙分公司`,
  related: [{ relation: 'head-office', scheme: 'uscc', id: office.uscc, name: office.name }],
});

const SETTING = {
  scene: 'government-procurement',
  principal: { scheme: 'uscc', id: '11430000006124100W', name: '湖南省政府采购中心' },
  matter: {
    id: 'HN-2026-000142',
    lot: '1',
    name: '省直机关信息化设备采购项目公开招标',
    region: '430100',
    mandatoryTender: true,
    cutoffAt: '2099-12-01T09:00:00+08:00',
  },
  operator: 'u-1029',
  purpose: 'qualification review at bid opening',
} as const;

/** What API Gateway hands over for one check: every field that the contract shows. */
export const checkEvent = (subjects: readonly Asked[], idempotencyKey?: string) =>
  event('POST /v1/checks', { ...SETTING, subjects, ...(subjects.length > 1 && { consortium: true }) }, idempotencyKey);

export const batchEvent = (subjects: readonly Asked[]) =>
  event('POST /v1/check-batches', {
    ...SETTING,
    items: subjects.map((each, index) => ({ ref: `item-${index}`, subjects: [each] })),
  });

function event(routeKey: string, body: unknown, idempotencyKey?: string) {
  const [method = '', path = ''] = routeKey.split(' ');
  const requestId = randomUUID();
  const sent = JSON.stringify(body);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, br',
      authorization: `Bearer ${'x'.repeat(900)}`,
      'content-length': String(Buffer.byteLength(sent)),
      'content-type': 'application/json',
      host: 'api.example.gov.cn',
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      'user-agent': 'procurement/4.2',
      'x-amzn-trace-id': 'Root=1-5e6b4a90-1234567890abcdef12345678',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      authorizer: {
        jwt: {
          claims: {
            sub: CALLER,
            client_id: CALLER,
            scope: 'grantgate/check grantgate/read',
            iss: 'https://issuer',
            aud: 'grantgate',
          },
          scopes: null,
        },
      },
      domainName: 'api.example.gov.cn',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'procurement/4.2' },
      requestId,
      routeKey,
      stage: '$default',
      time: '21/Nov/2026:13:25:00 +0000',
      timeEpoch: 1_795_267_500_000,
    },
    body: sent,
    isBase64Encoded: false,
  };
}
