import { parseInstant, startOf, toIso } from '../kernel/clock.ts';
import { dayOf, grantDigest } from './coverage.ts';
import { keyOf } from './named.ts';
import type { Finding, FindingKind, GrantLine } from './reconcile.ts';
import { endOfMoment } from './rests-on.ts';

/**
 * What of a list goes into the register of violations: what was granted without a good answer to one's own question. Who was
 * checked for another lot or scene alone was not asked about here; who was vetoed there is granted all the same.
 */
const KINDS = {
  'without-check': 'granted-without-check',
  'on-annulled-check': 'granted-without-check',
  'before-check': 'granted-before-check',
  'after-veto': 'granted-after-veto',
  'on-other-subject': 'granted-on-other-subject',
} as const;

const isRegistered = (kind: FindingKind): kind is keyof typeof KINDS => kind in KINDS;

function kindOf(line: GrantLine, { kind, check }: Finding) {
  if (kind === 'on-other-matter')
    return check?.outcome === 'veto' && check.checkedAt < line.to ? 'granted-after-veto' : 'granted-without-check';
  return isRegistered(kind) ? KINDS[kind] : undefined;
}

/**
 * 违规登记 of a grant on an auditor's list, under the day on which it was granted; undefined where it is fine, or wrong in
 * another way. `as` names the grant: the same list again, or another auditor's, adds nothing. A person who was granted
 * something has done no wrong, and is not named.
 */
export function grantedViolation(
  { line, finding }: { readonly line: GrantLine; readonly finding: Finding },
  foundBy: string,
  recordKey: Uint8Array,
) {
  const kind = kindOf(line, finding);
  if (!kind) return undefined;
  const { check } = finding;
  // A list that leaves the lot out and one that has it are of one grant.
  const grant = grantDigest({ ...line, lot: line.lot ?? check?.lot }, recordKey);
  const principal = keyOf(line.principal);
  const caller = line.caller ?? check?.caller;
  const [subject] = line.subject.keys;
  return {
    as: JSON.stringify([kind, grant]),
    violation: {
      at: toIso(startOf(dayOf(line))),
      kind,
      who: { actor: caller ?? principal, ...(caller !== undefined && { caller }) },
      what: {
        ...{ grant, principal, matter: line.matter, grantedAt: whenOf(line), foundBy },
        ...(line.lot !== undefined && { lot: line.lot }),
        ...(line.scene !== undefined && { scene: line.scene }),
        ...(line.reference !== undefined && { reference: line.reference }),
        ...(check && { checkId: check.id }),
        ...(subject?.startsWith('o:') && { subject }),
      },
    },
  };
}

/** The moment where the list says one, otherwise the day: the entry itself stands under the day, so that each grant has one. */
const whenOf = (line: GrantLine): string =>
  line.to === toIso(endOfMoment(parseInstant(line.from))) ? line.from : dayOf(line);
