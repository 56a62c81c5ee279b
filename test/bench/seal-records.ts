import { randomBytes } from 'node:crypto';
import { WriterChain } from '../../lib/check/chain.ts';
import { type Item, keyItem, toN, toText, VERSION } from '../../lib/dynamo/attributes.ts';
import { noteOfKey } from '../../lib/dynamo/keys.ts';
import type { RecordLeaf } from '../../lib/seal/leaf.ts';
import { recordAt } from './log-records.ts';

/** Execution environments at work at once, and how many checks one of them lives for. */
const ENVIRONMENTS = 5;
const LIFE = 20_000;
/** Records that the stream brings at once. */
const PER_NOTE = 100;
/** All of it was noted within this time before now: what a sealer that was down for so long has before it. */
const NOTED_FOR_MS = 40 * 3_600_000;
const LAST_NOTE_MS = 3_600_000;
const BATCH_BYTES = 6;

/** What the witness noted of so many checks, oldest first; nothing but the chains' ends is held. */
export function* noteItems(records: number, now: number): Generator<Item> {
  const chains = Array.from({ length: ENVIRONMENTS }, () => new WriterChain());
  let leaves: RecordLeaf[] = [];
  for (let index = 0; index < records; index += 1) {
    const place = index % ENVIRONMENTS;
    if (index % (ENVIRONMENTS * LIFE) < ENVIRONMENTS) chains[place] = new WriterChain();
    leaves.push(leafAt(index, chains[place] ?? new WriterChain()));
    if (leaves.length < PER_NOTE && index < records - 1) continue;
    const at = new Date(now - NOTED_FOR_MS + ((NOTED_FOR_MS - LAST_NOTE_MS) * index) / records).toISOString();
    yield {
      ...keyItem(noteOfKey(`${at}#${randomBytes(BATCH_BYTES).toString('hex')}`)),
      v: toN(VERSION),
      body: toText(JSON.stringify(leaves)),
    };
    leaves = [];
  }
}

function leafAt(index: number, chain: WriterChain): RecordLeaf {
  const linked = chain.link(recordAt(index));
  chain.written(linked);
  const { id, link, checkedAt, keepUntil } = linked.record;
  return { kind: 'record', id, digest: linked.digest, link, checkedAt, keepUntil };
}
