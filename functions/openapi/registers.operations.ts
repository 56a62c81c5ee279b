import * as z from 'zod/mini';
import { PageParameters } from '../../lib/check-log/paging.ts';
import { Remedy } from '../../lib/check-log/remedies.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { KeptListing, KeptParameters } from '../../lib/listing/kept-listings.ts';
import { Clocks } from '../../lib/listing/register.ts';
import type { Operations } from './operation.ts';

const scopes = [SCOPES.steward, SCOPES.approve, SCOPES.audit];

export const REGISTERS: Operations = {
  'GET /v1/listings': {
    id: 'listListings',
    summary:
      'The listings that an authority has made here, what is under way first; with `waiting=signature` what another person is to sign next: decisions once the subject was heard, revocations, repairs that were taken up, whose a listing under a name is. 在办事项',
    scopes,
    query: z.extend(PageParameters, KeptParameters),
    answers: {
      200: {
        description: 'A page: a steward’s own authority’s, an approver’s domains’, or every one for an auditor.',
        schema: z.object({ items: z.array(KeptListing), next: z.nullable(z.string()) }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'registry-unavailable'],
  },
  'GET /v1/clocks': {
    id: 'readClocks',
    summary:
      'What an authority owes by when, what is overdue first: its own, or every one for who signs or audits. 时限',
    scopes,
    answers: { 200: { description: 'Answers that are owed, and standards to be evaluated.', schema: Clocks } },
    problems: ['forbidden'],
  },
  'GET /v1/remedies': {
    id: 'readRemedies',
    summary:
      'Every check that was decided by a listing that an objection, or a revocation, found to be wrong, or that was taken under a name to mean another subject than it does; and by an alias that was taken back. 纠正名单',
    scopes,
    query: PageParameters,
    answers: {
      200: { description: 'A page.', schema: z.object({ items: z.array(Remedy), next: z.nullable(z.string()) }) },
    },
    problems: ['invalid-request', 'forbidden', 'evidence-unavailable'],
  },
};
