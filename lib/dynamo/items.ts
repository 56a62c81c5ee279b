import * as z from 'zod/mini';
import { Catalogue } from '../catalogue/catalogue.ts';
import { Head } from '../catalogue/head.ts';
import { Standing } from '../listing/standing.ts';
import { SubjectKey } from '../subject/key.ts';
import { jsonText, N, S, SS, stored } from './attributes.ts';

// The items that more than one reader parses, each by one schema.
/** The head of the last seal stands beside the body, so that showing it needs no reading of the body. */
export const HeadItem = z.pipe(
  stored({ body: jsonText(Head), sealSegment: z.optional(N), sealDigest: z.optional(S) }),
  z.transform(({ body, sealSegment: segment, sealDigest: digest }) => ({
    body,
    sealHead: segment === undefined || digest === undefined ? null : { segment, digest },
  })),
);
export const CatalogueItem = stored({ body: jsonText(Catalogue) });
export const StandingItem = stored({ body: jsonText(Standing) });
/** Sorted: a set has no order, and a decision is to be repeatable. */
const Sorted = z.pipe(
  SS,
  z.transform((keys) => keys.toSorted()),
);
/** Without subjects once it has been taken back: it leads nowhere, as one that never was. */
export const AliasItem = stored({ subjects: z._default(z.pipe(Sorted, z.array(SubjectKey)), []) });
