import { SCOPES, type Scope } from '../../lib/edge/scopes.ts';

/** Who may ask the local issuer for a token. */
export interface DemoClient {
  readonly id: string;
  readonly scopes: readonly Scope[];
  /** The natural person who signs: a claim of the token, never a field of a body. */
  readonly person?: string;
  /** The authority that the person signs for. */
  readonly authority?: string;
  /** The domains whose lists the person may keep. */
  readonly domains?: readonly string[];
}

/** The same for every demo client, and good for nothing but this machine. */
export const DEMO_SECRET = 'local-only';

/** What tokens are for: the `aud` that the gateway asks for. */
export const AUDIENCE = 'grantgate';

const CALLER = [SCOPES.check, SCOPES.read, SCOPES.determine] as const;

// The sample has two authorities with stewards: what files bring of other domains is divided between them.
const COURT = ['court-defaulters', 'article-22-record', 'tender-disqualification', 'land-market'] as const;
const TAX = [
  ...(['tax-major-violation', 'tax-a-grade', 'general-penalty', 'abnormal-operation'] as const),
  ...(['government-procurement-violation', 'wage-arrears', 'integrity-model'] as const),
] as const;

export const DEMO_CLIENTS: readonly DemoClient[] = [
  { id: 'procurement', scopes: CALLER, person: 'purchaser-li' },
  { id: 'grants', scopes: CALLER, person: 'fund-officer-wang' },
  { id: 'commendation', scopes: CALLER, person: 'award-officer-zhao' },
  { id: 'steward-court', scopes: [SCOPES.steward], person: 'judge-chen', authority: 'supreme-court', domains: COURT },
  { id: 'steward-tax', scopes: [SCOPES.steward], person: 'tax-officer-liu', authority: 'tax', domains: TAX },
  { id: 'approver', scopes: [SCOPES.approve], person: 'director-zhou', domains: [...COURT, ...TAX] },
  { id: 'auditor', scopes: [SCOPES.audit], person: 'auditor-sun' },
  { id: 'chief-auditor', scopes: [SCOPES.audit, SCOPES.auditChief], person: 'chief-auditor-wu' },
  { id: 'admin', scopes: [SCOPES.admin], person: 'administrator-xu' },
];
