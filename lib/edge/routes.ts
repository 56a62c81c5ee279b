/** A route of the API, and the function that answers it. Path parameters as API Gateway writes them. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly handledBy: FunctionName;
  /** Open to everyone; every other route asks for a token. */
  readonly open?: true;
}

/** The Lambda functions behind the API: the folders of `functions/` that answer a route. */
export type FunctionName =
  | 'check'
  | 'review'
  | 'looks'
  | 'proof'
  | 'determination'
  | 'catalogue'
  | 'callers'
  | 'aliases'
  | 'publications'
  | 'standings'
  | 'listings'
  | 'registers'
  | 'feedback'
  | 'alerts'
  | 'violations'
  | 'grants'
  | 'receipt'
  | 'reconciliation'
  | 'replay'
  | 'keys'
  | 'retention'
  | 'imports'
  | 'statistics'
  | 'openapi';

/** The whole outside, shared by the CDK stack, the local gateway and the OpenAPI document. */
export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/v1/checks', handledBy: 'check' },
  { method: 'POST', path: '/v1/check-batches', handledBy: 'check' },
  { method: 'GET', path: '/v1/checks', handledBy: 'review' },
  { method: 'POST', path: '/v1/checks/search', handledBy: 'review' },
  { method: 'POST', path: '/v1/checks/export', handledBy: 'review' },
  { method: 'POST', path: '/v1/checks/{id}/annotations', handledBy: 'review' },
  { method: 'GET', path: '/v1/checks/{id}', handledBy: 'review' },
  { method: 'POST', path: '/v1/checks/{id}/determination', handledBy: 'determination' },
  { method: 'GET', path: '/v1/checks/{id}/proof', handledBy: 'proof' },
  { method: 'GET', path: '/v1/looks', handledBy: 'looks' },
  { method: 'POST', path: '/v1/looks/search', handledBy: 'looks' },
  { method: 'POST', path: '/v1/checks/{id}/annulment', handledBy: 'determination' },
  { method: 'POST', path: '/v1/grants', handledBy: 'grants' },
  { method: 'POST', path: '/v1/reconciliations', handledBy: 'reconciliation' },
  { method: 'GET', path: '/v1/matters', handledBy: 'retention' },
  { method: 'POST', path: '/v1/matters/{id}/closing', handledBy: 'retention' },
  { method: 'POST', path: '/v1/holds', handledBy: 'retention' },
  { method: 'GET', path: '/v1/holds', handledBy: 'retention' },
  { method: 'GET', path: '/v1/holds/{id}', handledBy: 'retention' },
  { method: 'POST', path: '/v1/holds/{id}/approval', handledBy: 'retention' },
  { method: 'POST', path: '/v1/holds/{id}/release', handledBy: 'retention' },
  { method: 'GET', path: '/v1/retention/forecast', handledBy: 'retention' },
  { method: 'GET', path: '/v1/retention/overview', handledBy: 'retention' },
  { method: 'GET', path: '/v1/statistics', handledBy: 'statistics' },
  { method: 'GET', path: '/v1/catalogue', handledBy: 'catalogue', open: true },
  { method: 'PUT', path: '/v1/catalogue', handledBy: 'catalogue' },
  { method: 'PUT', path: '/v1/switches/{code}', handledBy: 'catalogue' },
  { method: 'GET', path: '/v1/calendars/{year}', handledBy: 'catalogue', open: true },
  { method: 'PUT', path: '/v1/calendars/{year}', handledBy: 'catalogue' },
  { method: 'POST', path: '/v1/callers', handledBy: 'callers' },
  { method: 'GET', path: '/v1/callers', handledBy: 'callers' },
  { method: 'GET', path: '/v1/callers/{id}', handledBy: 'callers' },
  { method: 'POST', path: '/v1/callers/{id}/renewal', handledBy: 'callers' },
  { method: 'POST', path: '/v1/callers/{id}/approval', handledBy: 'callers' },
  { method: 'PATCH', path: '/v1/callers/{id}', handledBy: 'callers' },
  { method: 'POST', path: '/v1/aliases', handledBy: 'aliases' },
  { method: 'GET', path: '/v1/aliases', handledBy: 'aliases' },
  { method: 'GET', path: '/v1/aliases/{id}', handledBy: 'aliases' },
  { method: 'POST', path: '/v1/aliases/{id}/signature', handledBy: 'aliases' },
  { method: 'POST', path: '/v1/aliases/{id}/withdrawal', handledBy: 'aliases' },
  { method: 'POST', path: '/v1/standings/query', handledBy: 'standings' },
  { method: 'POST', path: '/v1/subject-access', handledBy: 'standings' },
  { method: 'POST', path: '/v1/listings', handledBy: 'listings' },
  { method: 'GET', path: '/v1/listings', handledBy: 'registers' },
  { method: 'GET', path: '/v1/listings/{id}', handledBy: 'listings' },
  { method: 'GET', path: '/v1/listings/{id}/events', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/publicity', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/decision', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/activation', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/revocation', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/identification', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/proceedings', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/reorganisation', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/objections', handledBy: 'listings' },
  { method: 'POST', path: '/v1/objections/{id}/acceptance', handledBy: 'listings' },
  { method: 'POST', path: '/v1/objections/{id}/resolution', handledBy: 'listings' },
  { method: 'POST', path: '/v1/listings/{id}/repairs', handledBy: 'listings' },
  { method: 'POST', path: '/v1/repairs/{id}/acceptance', handledBy: 'listings' },
  { method: 'POST', path: '/v1/repairs/{id}/decision', handledBy: 'listings' },
  { method: 'GET', path: '/v1/clocks', handledBy: 'registers' },
  { method: 'GET', path: '/v1/remedies', handledBy: 'registers' },
  { method: 'GET', path: '/v1/publications', handledBy: 'publications', open: true },
  { method: 'POST', path: '/v1/checks/{id}/feedback', handledBy: 'feedback' },
  { method: 'GET', path: '/v1/feedback/overdue', handledBy: 'feedback' },
  { method: 'POST', path: '/v1/checks/{id}/cases', handledBy: 'feedback' },
  { method: 'GET', path: '/v1/cases', handledBy: 'feedback' },
  { method: 'GET', path: '/v1/alerts', handledBy: 'alerts' },
  { method: 'POST', path: '/v1/alerts/{id}/acknowledgement', handledBy: 'alerts' },
  { method: 'GET', path: '/v1/violations', handledBy: 'violations' },
  { method: 'GET', path: '/v1/checks/{id}/receipt', handledBy: 'receipt' },
  { method: 'POST', path: '/v1/checks/{id}/replay', handledBy: 'replay' },
  { method: 'GET', path: '/.well-known/jwks.json', handledBy: 'keys', open: true },
  { method: 'GET', path: '/verify', handledBy: 'keys', open: true },
  { method: 'POST', path: '/verify', handledBy: 'keys', open: true },
  { method: 'POST', path: '/v1/imports', handledBy: 'imports' },
  { method: 'GET', path: '/v1/imports', handledBy: 'imports' },
  { method: 'GET', path: '/v1/imports/{id}', handledBy: 'imports' },
  { method: 'POST', path: '/v1/imports/{id}/approval', handledBy: 'imports' },
  { method: 'GET', path: '/v1/sources', handledBy: 'imports' },
  { method: 'GET', path: '/v1/conflicts', handledBy: 'imports' },
  { method: 'GET', path: '/openapi.json', handledBy: 'openapi', open: true },
];
