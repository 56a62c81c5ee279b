import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { CalendarDate, dateOf, parseInstant } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { keyOf } from './named.ts';
import { FINDING_KINDS, type Finding, type GrantLine, isChecked } from './reconcile.ts';

/** Grants of one day, principal and caller that a reconciliation found to be of one kind. */
const Held = z.strictObject({
  date: CalendarDate,
  principal: z.string(),
  caller: z.nullable(z.string()),
  kind: z.enum(FINDING_KINDS),
  /** Of the grants, keyed: they tell one grant from another, and lead to nobody. */
  grants: z.array(z.string()),
});
type Held = z.infer<typeof Held>;

/** What is kept of a reconciliation, of the grants of one month. */
export const HeldGrants = z.array(Held);
export type HeldGrants = z.infer<typeof HeldGrants>;

/** Keeps what reconciliations found. */
export interface CoverageLog {
  /** What one found, at a moment in ISO 8601 UTC. */
  keep(at: string, held: HeldGrants): Promise<void>;
}

/** Reads what coverage is counted from. */
export interface CoverageReader {
  /** What was found of the grants of these days, the oldest reconciliation first, a part at a time. */
  held(from: CalendarDate, to: CalendarDate): AsyncIterable<HeldGrants>;
  /** The principals of the grants of these days that one caller has reported at the gate, each grant once, a page at a time. */
  reported(caller: string, from: CalendarDate, to: CalendarDate): AsyncIterable<readonly (string | null)[]>;
}

/** What one question may take: beyond it there is no figure, as a part of one would be none. */
export interface CoverageBounds {
  /** Distinct grants that are held in memory at once. */
  readonly grants: number;
  readonly isOver: () => boolean;
}

/** 查询覆盖率 of one principal and caller. */
export const Coverage = z.strictObject({
  principal: z.nullable(z.string()),
  caller: z.nullable(z.string()),
  /** Distinct grants on the lists that auditors held against the log. */
  granted: z.int(),
  /** Those of them that a check which was good then came before, whatever it said. */
  checked: z.int(),
  /** Those of them that rest on a check that allowed them. */
  allowed: z.int(),
  /** Grants that were reported at the gate, each with a check that allows it: how far the gate is used. */
  reported: z.int(),
});
export type Coverage = z.infer<typeof Coverage>;

/** 96 bits, as of the subjects of a tally; and 48 of a reference, which tell the few of one day apart. */
const DIGEST_BYTES = 12;
const REFERENCE_BYTES = 6;
/** Characters of a digest in base64url, before those of the reference. */
const DIGEST_LENGTH = 16;

/**
 * What is kept of these lines. A grant is a subject, a principal, a matter, a lot, a day and its reference: where a list has
 * one twice, its last line counts.
 */
export function heldGrants(
  lines: readonly { readonly line: GrantLine; readonly finding: Finding }[],
  recordKey: Uint8Array,
): HeldGrants {
  const last = new Map(lines.map(({ line, finding }) => [numbered(line, recordKey), { line, finding }]));
  const held = new Map<string, Held>();
  for (const [digest, { line, finding }] of last) {
    const of = {
      date: dayOf(line),
      principal: keyOf(line.principal),
      caller: finding.check?.caller ?? line.caller ?? null,
      kind: finding.kind,
    };
    const key = JSON.stringify(of);
    const entry = held.get(key) ?? { ...of, grants: [] };
    entry.grants.push(digest);
    held.set(key, entry);
  }
  return [...held.values()];
}

/**
 * By principal and caller. Of a grant that was held more than once, what was found last counts; one that a list leaves
 * without a reference is one of those that another list numbers.
 * @throws Problem `invalid-request` where there is more to count than the bounds allow
 */
export async function coverageOf(
  held: AsyncIterable<HeldGrants>,
  reported: readonly { readonly caller: string; readonly principals: AsyncIterable<readonly (string | null)[]> }[],
  only: string | undefined,
  bounds: CoverageBounds,
): Promise<Coverage[]> {
  const rows = new Map<string, Coverage>();
  const rowOf = (principal: string | null, caller: string | null): Coverage => {
    const key = JSON.stringify([principal, caller]);
    const row = rows.get(key) ?? { principal, caller, granted: 0, checked: 0, allowed: 0, reported: 0 };
    rows.set(key, row);
    return row;
  };
  const last = new Map<string, Held>();
  for await (const part of held) {
    for (const entry of part) for (const grant of entry.grants) last.set(grant, entry);
    if (last.size > bounds.grants || bounds.isOver()) throw tooMany();
  }
  for (const grant of last.keys()) if (grant.length > DIGEST_LENGTH) last.delete(grant.slice(0, DIGEST_LENGTH));
  for (const { principal, caller, kind } of last.values()) {
    if (only !== undefined && caller !== only) continue;
    const row = rowOf(principal, caller);
    row.granted += 1;
    if (isChecked(kind)) row.checked += 1;
    if (kind === 'fine') row.allowed += 1;
  }
  for (const { caller, principals } of reported)
    for await (const page of principals) {
      if (bounds.isOver()) throw tooMany();
      for (const principal of page) rowOf(principal, caller).reported += 1;
    }
  return [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

function tooMany(): Problem {
  const message = {
    zh: '该期间的授予过多，一次无法算出覆盖率，请缩短期间',
    en: 'More grants than one question can count: ask for a shorter period.',
  };
  return new Problem('invalid-request', message, { errors: [{ pointer: '/coverage', code: 'too-large', message }] });
}

/** The day of a grant, in Asia/Shanghai. */
export const dayOf = ({ from }: GrantLine): CalendarDate => dateOf(parseInstant(from));

/** The grant, and which of its day it is, where the list says. */
function numbered(line: GrantLine, recordKey: Uint8Array): string {
  const grant = grantDigest(line, recordKey);
  return line.reference === undefined ? grant : grant + digestOf([grant, line.reference], recordKey, REFERENCE_BYTES);
}

/**
 * A grant whatever its reference. A person under several keys, and a number that was tied to a subject, are under the same
 * first key in every list.
 */
export const grantDigest = (line: GrantLine, recordKey: Uint8Array): string =>
  digestOf(
    [
      ...['coverage', line.subject.keys.toSorted()[0], keyOf(line.principal), line.matter, line.lot ?? null],
      dayOf(line),
    ],
    recordKey,
    DIGEST_BYTES,
  );

const digestOf = (named: readonly unknown[], recordKey: Uint8Array, bytes: number): string =>
  createHmac('sha256', recordKey).update(JSON.stringify(named)).digest().subarray(0, bytes).toString('base64url');
