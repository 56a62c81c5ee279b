import type { SealHead } from '../check/seal-head.ts';
import type { KeySet } from '../receipt/key-set.ts';
import { type Finding, finding } from './finding.ts';
import { inOrder, leafText } from './leaf.ts';
import { leafHash, rootOf } from './merkle.ts';
import { headOf, type Seal, type Segment, verifySeal } from './seal.ts';

/** A seal that the published keys have signed, with the leaves that are said to be under it. */
export interface ReadSegment {
  readonly seal: Seal;
  readonly head: SealHead;
  readonly leaves: Segment['leaves'];
}

/** The seals that are good as signatures go, in the order they were given, and what is wrong with the others. */
export async function readSegments(
  segments: readonly Segment[],
  keys: KeySet,
): Promise<{ read: ReadSegment[]; findings: Finding[] }> {
  const read: ReadSegment[] = [];
  const findings: Finding[] = [];
  for (const [index, { seal: text, leaves }] of segments.entries()) {
    const verified = await verifySeal(text, keys);
    if (verified.ok) {
      const seal = verified.payload;
      read.push({ seal, head: headOf(seal.segment, text), leaves });
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

/** Whether its list is gone, in part or whole, as it may be: expired lists are swept part by part. */
export const isListExpired = ({ seal, leaves }: ReadSegment, now: string): boolean =>
  seal.keepUntil <= now && (leaves?.length ?? 0) < seal.count;

/** The leaves of a segment against the root that is signed. */
export function rootFindings(read: ReadSegment, now: string): Finding[] {
  const { seal, leaves } = read;
  const { segment, count } = seal;
  if (isListExpired(read, now)) return [];
  if (leaves === null)
    return [finding('deleted', { segment }, { zh: '未到期而清单已不在', en: 'its leaves are gone before their time' })];
  const root = (list: typeof leaves) => rootOf(list.map((leaf) => leafHash(leafText(leaf)))).toString('base64url');
  if (leaves.length === count && root(leaves) === seal.root) return [];
  if (leaves.length === count && root(leaves.toSorted(inOrder)) === seal.root)
    return [finding('reordered', { segment }, { zh: '清单次序与封存不符', en: 'its leaves stand in another order' })];
  const kind = leaves.length < count ? 'deleted' : leaves.length > count ? 'inserted' : 'edited';
  return [
    finding(
      kind,
      { segment },
      {
        zh: `封存 ${count} 条，清单 ${leaves.length} 条，根摘要不符`,
        en: `${count} leaves were sealed, ${leaves.length} are there, and the root does not fit`,
      },
    ),
  ];
}
