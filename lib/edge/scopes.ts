/** What a token may be good for. Written as Amazon Cognito writes the scopes of a resource server. */
export const SCOPES = {
  check: 'grantgate/check',
  /** The caller's own records. */
  read: 'grantgate/read',
  /** Every record. */
  audit: 'grantgate/audit',
  /** Who looked at the log. */
  auditChief: 'grantgate/audit-chief',
  /** A person's decision on an indeterminate check. */
  determine: 'grantgate/determine',
  steward: 'grantgate/steward',
  approve: 'grantgate/approve',
  admin: 'grantgate/admin',
} as const;

export type Scope = (typeof SCOPES)[keyof typeof SCOPES];
