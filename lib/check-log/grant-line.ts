import * as z from 'zod/mini';
import { CalendarDate, endOf, parseInstant, startOf, toIso } from '../kernel/clock.ts';
import { kebab, keptText, text } from '../kernel/text.ts';
import { Scheme } from '../subject/scheme.ts';
import { type Resolving, subjectNamed } from './asked-subject.ts';
import { named } from './named.ts';
import type { GrantLine } from './reconcile.ts';
import { endOfMoment } from './rests-on.ts';

/** One line of a list of grants, as CSV columns or JSON fields of these names; other columns say nothing here. */
export const GrantedLine = z.object({
  subjectScheme: Scheme,
  subjectId: text(200),
  subjectCountry: z.optional(text(3)),
  principalScheme: z._default(z.enum(['uscc', 'org-code', 'registration-no']), 'uscc'),
  principalId: text(40),
  matter: keptText(128),
  lot: z.optional(keptText(64)),
  scene: z.optional(kebab),
  /** A moment, or a date in Asia/Shanghai. */
  grantedAt: z.union([z.iso.datetime({ offset: true }), CalendarDate]),
  reference: z.optional(keptText(128)),
  checkId: z.optional(text(64)),
  caller: z.optional(keptText(128)),
});
export type GrantedLine = z.infer<typeof GrantedLine>;

/**
 * A line that can be held against the log.
 * @throws Problem `invalid-identifier` where its subject's or its principal's is not valid
 */
export async function lineOf(given: GrantedLine, line: number, resolving: Resolving): Promise<GrantLine> {
  const { subjectScheme: scheme, subjectId: id, subjectCountry: country } = given;
  const day = CalendarDate.safeParse(given.grantedAt);
  const from = day.success ? startOf(day.data) : parseInstant(given.grantedAt);
  return {
    line,
    principal: named({ scheme: given.principalScheme, id: given.principalId }, '/principalId'),
    subject: await subjectNamed({ scheme, id, country }, resolving, '/subjectId'),
    matter: given.matter,
    lot: given.lot,
    scene: given.scene,
    from: toIso(from),
    to: toIso(day.success ? endOf(day.data) : endOfMoment(from)),
    reference: given.reference,
    checkId: given.checkId,
    caller: given.caller,
  };
}
