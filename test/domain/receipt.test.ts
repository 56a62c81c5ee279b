import { describe, expect, it } from 'vitest';
import { recordDigest } from '../../lib/check/digest.ts';
import { answerOf, receiptPayload } from '../../lib/check/receipt.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import { replay } from '../../lib/check/replay.ts';
import { parseInstant } from '../../lib/kernel/clock.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';

const NONCE = 'AAAAAAAAAAAAAAAAAAAAAA';

/** A person's veto, as the log keeps it. */
const RECORD: CheckRecord = {
  id: 'id-1',
  outcome: 'indeterminate',
  scene: 'commendation',
  caller: 'commendation',
  matterId: 'A-1',
  principal: 'o:000006146',
  operator: 'u-1',
  checkedAt: '2026-11-21T01:00:00.000Z',
  expiresAt: '2026-11-22T01:00:00.000Z',
  keepUntil: '2037-01-01T00:00:00.000Z',
  personsKeepUntil: '2037-01-01T00:00:00.000Z',
  answer: JSON.stringify({
    id: 'id-1',
    outcome: 'indeterminate',
    obligation: 'determine',
    checkedAt: '2026-11-21T01:00:00.000Z',
    expiresAt: '2026-11-22T01:00:00.000Z',
    scene: 'commendation',
    principal: { scheme: 'uscc', id: '11430000006146T', name: '某省人民政府' },
    matter: { id: 'A-1', lot: '2', name: '劳动模范' },
    caller: 'commendation',
    operator: 'u-1',
    purpose: 'p',
    catalogueVersion: 'sample-2026.1',
    verdicts: [
      {
        subject: { scheme: 'resident-id', id: `${NONCE}/0/id`, name: `${NONCE}/0/name` },
        outcome: 'indeterminate',
        standingVersion: 2,
        reasons: [],
        notices: [{ code: 'confirm-person', listingId: 'l-1', text: '请确认' }],
        omitted: 0,
      },
    ],
    sources: [{ id: 'court-defaulters-list', freshAsOf: null, state: 'missing' }],
    statement: '转人工',
  }),
  detail: {
    headSequence: 7,
    sealHead: { segment: 3, digest: 'sssssssssssssssssssssssssssssssssssssssssss' },
    subjects: [],
  },
  persons: [{ index: 0, id: '110*************2X', name: '张*', salt: 'SSSSSSSSSSSSSSSSSSSSSS' }],
  personDigests: { 0: 'dddddddddddddddddddddddddddddddddddddddddddd' },
  membersDigest: undefined,
  through: [],
  link: { writer: 'WWWWWWWWWWWW', sequence: 3, durable: 2, previous: null },
  subjects: [{ key: 'p:1:x', scheme: 'resident-id', id: null, listings: ['l-1'] }],
  nonce: NONCE,
  fingerprint: 'BBBBBBBBBBBBBBBBBBBBBB',
};

const signer = (fill: number) => receiptSigner(parseSigningKeys(Buffer.alloc(32, fill).toString('base64')).current);

describe('what a receipt says', () => {
  // Stored records keep the signature alone: other bytes would not fit the signatures of the past.
  it('is these bytes, for ever', () => {
    expect(receiptPayload(RECORD)).toBe(
      '{"id":"id-1","caller":"commendation","scene":"commendation","principal":{"scheme":"uscc","id":"11430000006146T"},' +
        '"matter":{"id":"A-1","lot":"2"},"question":"BBBBBBBBBBBBBBBBBBBBBB","outcome":"indeterminate",' +
        '"subjects":[{"scheme":"resident-id","outcome":"indeterminate","standingVersion":2}],' +
        '"catalogueVersion":"sample-2026.1","headSequence":7,' +
        '"sources":[{"id":"court-defaulters-list","freshAsOf":null,"state":"missing"}],' +
        '"sealHead":{"segment":3,"digest":"sssssssssssssssssssssssssssssssssssssssssss"},' +
        '"checkedAt":"2026-11-21T01:00:00.000Z","expiresAt":"2026-11-22T01:00:00.000Z",' +
        '"answer":"Rd4iEMxXE9FapWqj4owIxYovbY0Mm7-p8dU94NZ_E-k",' +
        '"record":"GpEdTVAmZN5wfY71Lf57xkGpAQytff8iHCUM5GnHSUU"}',
    );
  });

  it('is the same once the person has been erased', () => {
    expect(receiptPayload({ ...RECORD, persons: [] })).toBe(receiptPayload(RECORD));
  });

  it('is the same of an answer that has just been rendered as of its record', () => {
    const answer = JSON.parse(RECORD.answer);
    const payload = receiptPayload(RECORD, { digest: recordDigest(RECORD), answer });
    expect(payload).toBe(receiptPayload(RECORD));
    expect(payload).not.toContain(NONCE);
  });

  it('stands last in the answer, which a retry repeats though another key signs by then', async () => {
    const payload = receiptPayload(RECORD);
    const first = { ...RECORD, receipt: await signer(1).sign(payload) };
    const retry = { ...RECORD, id: 'another', nonce: 'another', receipt: await signer(2).sign(payload) };
    const again = replay(first, retry, parseInstant('2026-11-21T02:00:00.000Z'));
    expect(again.body).toBe(answerOf(first));
    expect(answerOf(first)).not.toBe(answerOf(retry));
    expect(Object.keys(JSON.parse(again.body)).at(-1)).toBe('receipt');
  });

  it('is said of no refused attempt', () => {
    expect(answerOf({ ...RECORD, persons: [] })).not.toContain('"receipt"');
  });
});
