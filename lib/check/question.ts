import * as z from 'zod/mini';
import { Region } from '../catalogue/vocabulary.ts';
import { kebab, keptText, text } from '../kernel/text.ts';
import { isPersonScheme, Scheme } from '../subject/scheme.ts';

/** A consortium has at most this many members. */
const MAX_SUBJECTS = 20;
/** Related subjects in one question, over all its subjects. */
const MAX_RELATED = 60;
export const MAX_BATCH = 100;

const identifier = {
  scheme: Scheme,
  id: text(200),
  /** ISO 3166-1 country of issue, for a passport. */
  country: z.optional(text(3)),
  name: z.optional(keptText(200)),
};

/** What lets a natural person be checked: the law, or the person's consent (PIPL 13). */
const PersonBasis = z.strictObject({ kind: z.enum(['statute', 'consent']), reference: keptText(300) });

const Related = z.strictObject({ relation: kebab, ...identifier, basis: z.optional(PersonBasis) });

const Subject = z.strictObject({
  ...identifier,
  role: z.optional(kebab),
  basis: z.optional(PersonBasis),
  related: z.optional(z.array(Related).check(z.maxLength(MAX_RELATED))),
});

/** 采购人, 主管部门: who will grant, and answers for it in law. */
export const Principal = z.strictObject({
  scheme: z.enum(['uscc', 'org-code', 'registration-no']),
  id: identifier.id,
  name: identifier.name,
});

/** 事项: the tender, fund call or award that the check is made for. */
export const Matter = z.strictObject({
  id: keptText(128),
  lot: z.optional(keptText(64)),
  name: z.optional(keptText(300)),
  region: z.optional(Region),
  sector: z.optional(keptText(64)),
  mandatoryTender: z.optional(z.boolean()),
  cutoffAt: z.optional(z.iso.datetime({ offset: true })),
});

const setting = { scene: kebab, principal: Principal, matter: Matter, operator: keptText(128), purpose: keptText(500) };
const subjects = {
  subjects: z.array(Subject).check(z.minLength(1), z.maxLength(MAX_SUBJECTS)),
  consortium: z.optional(z.boolean()),
};

export type Matter = z.infer<typeof Matter>;

/** The body of `POST /v1/checks`. */
export const CheckQuestion = z.strictObject({ ...setting, ...subjects }).check(
  z.superRefine((question, context) => {
    const complain = (path: (string | number)[], code: string) =>
      context.addIssue({ code: 'custom', path, message: code });
    if (question.subjects.length > 1 && question.consortium !== true) complain(['consortium'], 'consortium-required');
    const related = question.subjects.reduce((sum, subject) => sum + (subject.related?.length ?? 0), 0);
    if (related > MAX_RELATED) complain(['subjects'], 'too-many-related');
    question.subjects.forEach((subject, index) => {
      if (subject.scheme === 'org-name' && !keptText(200).safeParse(subject.id).success)
        complain(['subjects', index, 'id'], 'personal-number');
      if (isPersonScheme(subject.scheme) && !subject.basis) complain(['subjects', index, 'basis'], 'basis-required');
      subject.related?.forEach((other, at) => {
        if (isPersonScheme(other.scheme) && !other.basis)
          complain(['subjects', index, 'related', at, 'basis'], 'basis-required');
      });
    });
  }),
);
export type CheckQuestion = z.infer<typeof CheckQuestion>;

/** The caller's own name for an item, by which it finds the answer. */
export const ItemRef = z.looseObject({ ref: text(64) });

/** The body of `POST /v1/check-batches`: each item is a check of its own, so its faults are its own too. */
export const BatchQuestion = z.strictObject({
  ...setting,
  // Each item is read as a question later, untouched until then: a fault in it is its own problem.
  items: z.array(z.custom<object>((item) => typeof item === 'object' && item !== null)).check(
    z.minLength(1),
    z.maxLength(MAX_BATCH),
    z.superRefine((items, context) => {
      const seen = new Set<string>();
      items.forEach((item, index) => {
        const named = ItemRef.safeParse(item);
        if (!named.success) context.addIssue({ code: 'custom', path: [index, 'ref'], message: 'ref-required' });
        else if (seen.has(named.data.ref))
          context.addIssue({ code: 'custom', path: [index, 'ref'], message: 'duplicate-ref' });
        else seen.add(named.data.ref);
      });
    }),
  ),
});
export type BatchQuestion = z.infer<typeof BatchQuestion>;

/** The documented shape of one batch item. */
export const BatchItem = z.strictObject({ ref: text(64), ...subjects });
