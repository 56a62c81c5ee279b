import * as z from 'zod/mini';
import { CatalogueBody, checkReferences } from './catalogue.ts';
import { keepingFaults, ListKeeping } from './list-rule.ts';

const PublishedBody = z.extend(CatalogueBody, { listKeeping: z.optional(ListKeeping) });

/**
 * The body of `PUT /v1/catalogue`: the catalogue, and beside its fields how lists are kept, which no check reads and
 * which is stored apart. Without `listKeeping` no listing can be made here, and lists come from files only.
 */
export const PublishedCatalogue = PublishedBody.check(z.superRefine(checkReferences), z.superRefine(checkKeeping));
export type PublishedCatalogue = z.infer<typeof PublishedCatalogue>;

function checkKeeping(catalogue: z.infer<typeof PublishedBody>, context: z.core.$RefinementCtx): void {
  if (!catalogue.listKeeping) return;
  for (const { path, message } of keepingFaults(catalogue.listKeeping, catalogue))
    context.addIssue({ code: 'custom', path, message });
}
