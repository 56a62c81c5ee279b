import { type Linked, WriterChain } from '../../lib/check/chain.ts';
import { membersDigest, personDigest } from '../../lib/check/digest.ts';
import { receiptPayload } from '../../lib/check/receipt.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import type { SealHead } from '../../lib/check/seal-head.ts';
import { appendedLeaf, salted } from '../../lib/dynamo/appended-items.ts';
import { type Item, keyItem, toN, toS, VERSION } from '../../lib/dynamo/attributes.ts';
import { noteKey } from '../../lib/dynamo/keys.ts';
import { type Instant, instant } from '../../lib/kernel/clock.ts';
import type { KeySet } from '../../lib/receipt/key-set.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { type Leaf, leafOf } from '../../lib/seal/leaf.ts';
import { type Gap, type Segment, sealSegment } from '../../lib/seal/seal.ts';
import type { ReceiptFacts } from '../../lib/seal/verify.ts';
import { checkRecord } from '../conformance/samples.ts';
import type { Seeded } from './seeded.ts';

export const SIGNING = parseSigningKeys(Buffer.alloc(32, 5).toString('base64'));
export const KEYS: KeySet = { keys: [...SIGNING.published] };

const START = Date.parse('2026-11-21T01:00:00.000Z');
const NOW = instant(START + 24 * 3_600_000);
const STEP_MS = 1_000;
const BETWEEN_SEALS_MS = 300_000;

/** What somebody has in hand who wants to know whether a log was touched. */
export interface History {
  segments: Segment[];
  log: CheckRecord[];
  /** What was appended to the records, item by item. */
  appended: Item[];
  heads: SealHead[];
  receipts: ReceiptFacts[];
  keys: KeySet;
  /** When it is all held against the seals. */
  now: Instant;
}

interface Wish {
  readonly segments: number;
  readonly perSegment: number;
  /** A record that is taken away after it was confirmed and before it was sealed. */
  readonly takenEarly?: (confirmed: readonly CheckRecord[]) => CheckRecord | undefined;
  /** What else comes to the last seal. */
  readonly more?: (log: readonly CheckRecord[]) => readonly Leaf[];
  /** Records that come after the last seal. */
  readonly unsealed?: number;
}

const SIGNER = receiptSigner(SIGNING.current);

/** As much of an answer as its receipt says. */
const SIGNED = {
  principal: { scheme: 'uscc', id: '11430000000006146T' },
  matter: { id: 'T-1' },
  verdicts: [],
  catalogueVersion: '1',
  sources: [],
};
export const ANSWER = JSON.stringify(SIGNED);

export async function withReceipt({ record, digest }: Linked): Promise<Linked> {
  return { digest, record: { ...record, receipt: await SIGNER.sign(receiptPayload(record)) } };
}

/** Some environments write; puts fail or are in doubt; records come late to the seal; then every segment is sealed. */
export async function history(
  chance: Seeded,
  { segments, perSegment, takenEarly, more, unsealed = 0 }: Wish,
): Promise<History> {
  const writers = Array.from({ length: 3 }, () => new WriterChain());
  const rounds: Written[][] = [];
  for (let round = 0; round < segments; round += 1)
    rounds.push(await written(chance, writers, { from: START + round * BETWEEN_SEALS_MS, count: perSegment }));
  const confirmed = rounds.flat().filter(({ fate }) => fate === 'confirmed');
  const taken = takenEarly?.(confirmed.map(({ linked }) => linked.record));
  const there = rounds.map((round) =>
    round.filter(({ fate, linked }) => fate !== 'lost' && linked.record !== taken).map(({ linked }) => linked),
  );
  const appended = there.map((round) => round.flatMap(({ record }) => appendedTo(chance, record)));
  const recent =
    unsealed === 0
      ? []
      : await written(chance, writers, { from: START + segments * BETWEEN_SEALS_MS, count: unsealed });
  const log = there.flat().map(({ record }) => record);
  const sealed: Segment[] = [];
  const heads: SealHead[] = [];
  let held: Linked[] = [];
  for (const [round, arrived] of there.entries()) {
    const isLate = () => round < segments - 1 && chance.chance(0.05);
    const late = arrived.filter(isLate);
    const now = [...held, ...arrived.filter((each) => !late.includes(each))];
    const through = new Date(START + (round + 1) * BETWEEN_SEALS_MS).toISOString();
    const { segment, head } = sealSegment(
      {
        leaves: [
          ...now.map(({ record }) => leafOf(record)),
          ...(appended[round] ?? []).map(appendedLeaf),
          ...(round === segments - 1 ? (more?.(log) ?? []) : []),
        ],
        gaps: late.map(
          ({ record }): Gap => ({
            writer: record.link.writer,
            from: record.link.sequence,
            to: record.link.sequence,
            confirmed: false,
          }),
        ),
        late: held.length,
        through,
        sealedAt: through,
        after: heads.at(-1),
      },
      SIGNING.current,
    );
    sealed.push(segment);
    heads.push(head);
    held = late;
  }
  return {
    segments: sealed,
    log: [...log, ...recent.flatMap(({ fate, linked }) => (fate === 'lost' ? [] : [linked.record]))],
    appended: appended.flat(),
    heads,
    receipts: confirmed.filter(() => chance.chance(0.1)).map(({ linked }) => receiptOf(linked)),
    keys: KEYS,
    now: NOW,
  };
}

export const receiptOf = ({ record, digest }: Linked): ReceiptFacts => ({
  ...{ recordId: record.id, digest, checkedAt: record.checkedAt },
  sealHead: null,
});

export interface Written {
  readonly linked: Linked;
  readonly fate: 'confirmed' | 'in doubt' | 'lost';
}

interface Writing {
  /** The moment of the first check. */
  readonly from: number;
  readonly count: number;
  readonly keepUntil?: () => string | undefined;
}

/** One to four puts of a writer are under way at once; one in twenty-five fails, half of those having written. */
export async function written(
  chance: Seeded,
  writers: readonly WriterChain[],
  { from, count, keepUntil = () => undefined }: Writing,
): Promise<Written[]> {
  const all: Written[] = [];
  while (all.length < count) {
    const writer = chance.pick(writers);
    const together = Array.from({ length: 1 + chance.below(4) }, (_, index) =>
      writer.link(recordOf(chance, from + (all.length + index) * STEP_MS, keepUntil())),
    );
    for (const unsigned of together) {
      const linked = await withReceipt(unsigned);
      const fate = !chance.chance(0.04) ? 'confirmed' : chance.chance(0.5) ? 'in doubt' : 'lost';
      if (fate === 'confirmed') writer.written(linked);
      else writer.broken(linked);
      all.push({ linked, fate });
    }
  }
  return all;
}

let made = 0;

function recordOf(chance: Seeded, at: number, keepUntil: string | undefined): Omit<CheckRecord, 'link'> {
  made += 1;
  const id = `r${made}-${chance.below(1e9)}`;
  const subjects = Array.from({ length: chance.chance(0.2) ? 3 : 1 }, (_, index) => ({
    key: `o:${id}-${index}`,
    scheme: 'uscc',
    id: `${id}-${index}`,
    listings: chance.chance(0.3) ? [`l-${chance.below(100)}`] : [],
  }));
  const persons = chance.chance(0.3)
    ? [{ index: 0, id: `1${chance.below(100)}***`, name: null, salt: `s${made}` }]
    : [];
  const { link: _, ...record } = checkRecord(id, {
    outcome: chance.pick(['pass', 'veto', 'warn'] as const),
    caller: chance.pick(['procurement', 'grants']),
    matterId: `T-${chance.below(40)}`,
    checkedAt: new Date(at).toISOString(),
    ...(keepUntil !== undefined && { keepUntil }),
    answer: JSON.stringify({ ...SIGNED, id, text: `结论 ${chance.below(1e6)}` }),
    subjects,
    membersDigest: membersDigest(subjects, []),
    persons,
    personDigests: Object.fromEntries(persons.map((fields) => [fields.index, personDigest(fields)])),
  });
  return record;
}

/** To one record in three, up to three things, as they stand in the log. */
export function appendedTo(chance: Seeded, record: CheckRecord): Item[] {
  if (!chance.chance(0.3)) return [];
  return Array.from({ length: 1 + chance.below(3) }, (_, index) => {
    const at = new Date(Date.parse(record.checkedAt) + 1 + index).toISOString();
    const by = { subject: 'u-1', person: 'P-1' };
    const note = chance.pick([
      { kind: 'determination', decision: 'must-not-grant', ground: `依据 ${chance.below(1e6)}`, at, by },
      { kind: 'annulment', ground: '误查', at, by },
      { kind: 'annotation', text: `批注 ${chance.below(1e6)}`, at, by },
    ]);
    return {
      ...keyItem(noteKey(record.id, `${at}-${chance.below(1e9)}`)),
      v: toN(VERSION),
      body: toS(JSON.stringify(note)),
      ...salted(),
      ttl: toN(Date.parse(record.keepUntil) / 1_000),
    };
  });
}
