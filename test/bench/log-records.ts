import type { CheckRecord } from '../../lib/check/record.ts';
import type { Item } from '../../lib/dynamo/attributes.ts';
import { itemsOf } from '../../lib/dynamo/check-log-items.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { CALLER } from './questions.ts';
import { cleanSubject } from './subjects.ts';

/** How the made-up log is spread. */
const SECONDS_APART = 7;
const PER_MATTER = 200;
const PER_SUBJECT = 100;
const VETO_EVERY = 20;
const FIRST = Date.parse('2026-01-01T00:00:00.000Z');
const SECOND_MS = 1_000;
const REASONS = [{ domain: 'court-defaulters', effect: 'veto', measure: { code: 'no-government-procurement' } }];

/** The matter and the subject of the newest record. */
export const matterAt = (index: number): string => `HN-2026-${Math.floor(index / PER_MATTER)}`;
export const subjectAt = (index: number) => cleanSubject(Math.floor(index / PER_SUBJECT));

/** Of so many checks, how many were made before a moment. */
export const madeBefore = (moment: number, records: number): number =>
  Math.max(0, Math.min(records, Math.ceil((moment - FIRST) / (SECONDS_APART * SECOND_MS))));

/** The log's items of so many checks of one caller, oldest first. */
export function* logItems(records: number): Generator<Item> {
  for (let index = 0; index < records; index += 1) yield* itemsOf(recordAt(index));
}

/** The check with that number, from 0. */
export function recordAt(index: number): CheckRecord {
  const { code9, uscc } = subjectAt(index);
  const id = String(index).padStart(22, '0');
  const checkedAt = new Date(FIRST + index * SECONDS_APART * SECOND_MS).toISOString();
  const veto = index % VETO_EVERY === 0;
  const outcome = veto ? 'veto' : 'pass';
  return {
    id,
    outcome,
    scene: 'government-procurement',
    caller: CALLER,
    matterId: matterAt(index),
    principal: 'o:006124100',
    operator: 'u-1029',
    checkedAt,
    expiresAt: checkedAt,
    keepUntil: '2060-01-01T00:00:00.000Z',
    personsKeepUntil: '2060-01-01T00:00:00.000Z',
    answer: JSON.stringify({
      id,
      outcome,
      checkedAt,
      subject: uscc,
      verdicts: [{ outcome, reasons: veto ? REASONS : [] }],
    }),
    detail: { headSequence: 1, sealHead: null, subjects: [] },
    persons: [],
    personDigests: {},
    subjects: [{ key: organisationKey(code9), scheme: 'uscc', id: uscc, listings: veto ? [`imp-${code9}`] : [] }],
    membersDigest: undefined,
    through: [],
    nonce: id,
    fingerprint: id,
    link: { writer: 'AAAAAAAAAAAA', sequence: index + 1, durable: index, previous: null },
  };
}
