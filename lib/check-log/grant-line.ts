import * as z from 'zod/mini';
import { CalendarDate, endOf, instant, parseInstant, startOf, toIso } from '../kernel/clock.ts';
import { kebab, keptText, text } from '../kernel/text.ts';
import { parseIdentifier } from '../subject/identifier.ts';
import { Scheme } from '../subject/scheme.ts';
import { type Resolving, subjectKeys } from './asked-subject.ts';
import type { GrantLine } from './reconcile.ts';

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
  caller: z.optional(text(128)),
});
export type GrantedLine = z.infer<typeof GrantedLine>;

/** `<scheme>:<id>` of an organisation in canonical form; undefined where the identifier is not valid. */
export function canonicalOrganisation(scheme: Scheme, id: string): string | undefined {
  const parsed = parseIdentifier({ scheme, id });
  if (parsed.ok) return `${scheme}:${parsed.identifier.value}`;
  return parsed.attestable && `${scheme}:${parsed.attestable.value}`;
}

/**
 * A line that can be held against the log; undefined where its principal's identifier is not valid.
 * @throws Problem `invalid-identifier` where its subject's is not
 */
export async function lineOf(given: GrantedLine, line: number, resolving: Resolving): Promise<GrantLine | undefined> {
  const principal = canonicalOrganisation(given.principalScheme, given.principalId);
  if (principal === undefined) return undefined;
  const { subjectScheme: scheme, subjectId: id, subjectCountry: country } = given;
  const day = CalendarDate.safeParse(given.grantedAt);
  const from = day.success ? startOf(day.data) : parseInstant(given.grantedAt);
  // A check at the very moment of the grant was made before it.
  const to = day.success ? endOf(day.data) : instant(from + 1);
  return {
    line,
    subjects: await subjectKeys({ scheme, id, country }, resolving),
    principal,
    matter: given.matter,
    lot: given.lot,
    scene: given.scene,
    from: toIso(from),
    to: toIso(to),
    reference: given.reference,
    checkId: given.checkId,
    caller: given.caller,
  };
}
