import * as z from 'zod/mini';
import { Catalogue } from '../catalogue/catalogue.ts';
import { Head } from '../catalogue/head.ts';
import { Standing } from '../listing/standing.ts';
import { SubjectKey } from '../subject/key.ts';
import { jsonText, SS, stored } from './attributes.ts';

// The items that more than one reader parses, each by one schema.
export const HeadItem = stored({ body: jsonText(Head) });
export const CatalogueItem = stored({ body: jsonText(Catalogue) });
export const StandingItem = stored({ body: jsonText(Standing) });
/** Sorted: a set has no order, and a decision is to be repeatable. */
const Sorted = z.pipe(
  SS,
  z.transform((keys) => keys.toSorted()),
);
export const AliasItem = stored({ subjects: z.pipe(Sorted, z.array(SubjectKey)) });
