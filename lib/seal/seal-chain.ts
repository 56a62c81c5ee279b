import type { SealHead } from '../check/seal-head.ts';
import type { KeySet } from '../receipt/key-set.ts';
import { type Finding, finding } from './finding.ts';
import { heldToRoot, type SealedList } from './list.ts';
import { headOf, type Seal, type Segment, verifySeal } from './seal.ts';

/** A seal that the published keys have signed, with what the leaves show that are said to be under it. */
export interface ReadSegment {
  readonly seal: Seal;
  readonly head: SealHead;
  readonly list: SealedList;
}

/** The seals that are good as signatures go, in the order they were given, and what is wrong with the others and with lists. */
export async function readSegments(
  segments: readonly Segment[],
  keys: KeySet,
  now: string,
): Promise<{ read: ReadSegment[]; findings: Finding[] }> {
  const read: ReadSegment[] = [];
  const findings: Finding[] = [];
  for (const [index, { seal: text, leaves }] of segments.entries()) {
    const verified = await verifySeal(text, keys);
    if (verified.ok) {
      const seal = verified.payload;
      const list = heldToRoot(seal, leaves, now);
      read.push({ seal, head: headOf(seal.segment, text), list });
      findings.push(...list.findings);
    } else {
      const byAnother = verified.code === 'unknown-key' || verified.code === 'key-retired';
      findings.push(finding(byAnother ? 're-signed' : 'edited', { segment: index + 1 }, verified.message));
    }
  }
  return { read, findings };
}

/**
 * Each seal names the one before it; `known` are heads that somebody kept of this chain.
 * @param given how many seals there are, those with a bad signature included
 */
export function chainFindings(read: readonly ReadSegment[], known: readonly SealHead[], given: number): Finding[] {
  const ordered = read.toSorted((one, other) => one.seal.segment - other.seal.segment);
  const findings: Finding[] = [];
  if (ordered.some((each, index) => each !== read[index]))
    findings.push(
      finding(
        'reordered',
        {},
        { zh: '封存段不按编号排列', en: 'the segments do not stand in the order of their numbers' },
      ),
    );
  for (const [index, { seal }] of ordered.entries()) {
    const before = ordered[index - 1];
    const expected = (before?.seal.segment ?? 0) + 1;
    const { segment } = seal;
    if (segment < expected)
      findings.push(finding('inserted', { segment }, { zh: '该编号有两个封存', en: 'two seals bear this number' }));
    else if (segment > expected) {
      // A seal whose signature is bad has been named already.
      if (given === read.length)
        findings.push(finding('deleted', { segment: expected }, { zh: '封存缺失', en: 'its seal is missing' }));
    } else if (seal.previous !== (before?.head.digest ?? null))
      findings.push(
        finding(
          're-signed',
          { segment: expected - 1 },
          { zh: '与其后封存所载不符', en: 'it is not the one that the next seal names' },
        ),
      );
  }
  return [...findings, ...headFindings(ordered, known, given)];
}

function headFindings(ordered: readonly ReadSegment[], known: readonly SealHead[], given: number): Finding[] {
  const byNumber = new Map(ordered.map((each) => [each.seal.segment, each.head.digest]));
  const last = ordered.at(-1)?.seal.segment ?? 0;
  const furthest = Math.max(0, ...known.map(({ segment }) => segment));
  const cut =
    furthest > last && given === ordered.length
      ? [
          finding(
            'cut-off',
            {},
            {
              zh: `此前已有第 ${furthest} 段，现只到第 ${last} 段`,
              en: `there was a segment ${furthest}, and the last one now is ${last}`,
            },
          ),
        ]
      : [];
  const replaced = known.filter(({ segment, digest }) => byNumber.has(segment) && byNumber.get(segment) !== digest);
  const first = replaced.toSorted((one, other) => one.segment - other.segment)[0];
  return first
    ? [
        ...cut,
        finding(
          're-signed',
          { segment: first.segment },
          { zh: '与此前留存的封存摘要不符', en: 'it is not the seal whose digest was kept' },
        ),
      ]
    : cut;
}

/** Whether there are seals that are not at hand, or that the published keys have not signed: what they cover nobody can tell. */
export const isSealMissing = (read: readonly ReadSegment[], given: number): boolean => {
  const numbers = new Set(read.map(({ seal }) => seal.segment));
  return read.length < given || numbers.size < Math.max(0, ...numbers);
};
