import { startOf, toIso } from '../kernel/clock.ts';
import { dayOf, grantDigest } from './coverage.ts';
import { keyOf } from './named.ts';
import type { Finding, FindingKind, GrantLine } from './reconcile.ts';

/** What of a list goes into the register of violations: what was granted without a good answer to one's own question. */
const KINDS = {
  'without-check': 'granted-without-check',
  'on-annulled-check': 'granted-without-check',
  'before-check': 'granted-before-check',
  'after-veto': 'granted-after-veto',
  'on-other-subject': 'granted-on-other-subject',
} as const;

const isRegistered = (kind: FindingKind): kind is keyof typeof KINDS => kind in KINDS;

/**
 * 违规登记 of a grant on an auditor's list, under the day on which it was granted; undefined where it is fine, or wrong in
 * another way. `as` names the grant: the same list again, or another auditor's, adds nothing. A person who was granted
 * something has done no wrong, and is not named.
 */
export function grantedViolation(
  { line, finding: { kind, check } }: { readonly line: GrantLine; readonly finding: Finding },
  foundBy: string,
  recordKey: Uint8Array,
) {
  if (!isRegistered(kind)) return undefined;
  // A list that leaves the reference out and one that has it are of one grant.
  const grant = grantDigest({ ...line, reference: undefined }, recordKey);
  const principal = keyOf(line.principal);
  const caller = line.caller ?? check?.caller;
  const [subject] = line.subject.keys;
  return {
    as: JSON.stringify([KINDS[kind], grant]),
    violation: {
      at: toIso(startOf(dayOf(line))),
      kind: KINDS[kind],
      who: { actor: caller ?? principal, ...(caller !== undefined && { caller }) },
      what: {
        ...{ grant, principal, matter: line.matter, foundBy },
        ...(line.lot !== undefined && { lot: line.lot }),
        ...(line.scene !== undefined && { scene: line.scene }),
        ...(line.reference !== undefined && { reference: line.reference }),
        ...(check && { checkId: check.id }),
        ...(subject?.startsWith('o:') && { subject }),
      },
    },
  };
}
