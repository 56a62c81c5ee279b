import { ALERTS } from './alerts.operations.ts';
import { ALIASES } from './aliases.operations.ts';
import { CALLERS } from './callers.operations.ts';
import { CATALOGUE } from './catalogue.operations.ts';
import { CHECKS } from './checks.operations.ts';
import { FEEDBACK } from './feedback.operations.ts';
import { GRANTS } from './grants.operations.ts';
import { IMPORTS } from './imports.operations.ts';
import { ITSELF } from './itself.operations.ts';
import { LISTINGS } from './listings.operations.ts';
import { LOOKS } from './looks.operations.ts';
import type { Operations } from './operation.ts';
import { PROOFS } from './proofs.operations.ts';
import { PUBLICATIONS } from './publications.operations.ts';
import { RECEIPTS } from './receipts.operations.ts';
import { REGISTERS } from './registers.operations.ts';
import { RETENTION } from './retention.operations.ts';
import { STANDINGS } from './standings.operations.ts';
import { STATISTICS } from './statistics.operations.ts';
import { VIOLATIONS } from './violations.operations.ts';

/** What each route takes and gives, by its key in the gateway; each area of the API describes its own. */
export const OPERATIONS: Operations = {
  ...CHECKS,
  ...LOOKS,
  ...RETENTION,
  ...STATISTICS,
  ...PROOFS,
  ...GRANTS,
  ...FEEDBACK,
  ...ALERTS,
  ...CATALOGUE,
  ...CALLERS,
  ...ALIASES,
  ...PUBLICATIONS,
  ...STANDINGS,
  ...LISTINGS,
  ...REGISTERS,
  ...VIOLATIONS,
  ...RECEIPTS,
  ...IMPORTS,
  ...ITSELF,
};
