import type { CheckRecord } from '../../lib/check/record.ts';
import { lookAt } from '../../lib/check-log/look-at.ts';
import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, type Instant, instant, parseInstant, toBeijing } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { SealReader } from '../../lib/seal/ports.ts';
import { proofOf } from '../../lib/seal/proof.ts';
import { headOf } from '../../lib/seal/seal.ts';

export interface ProofPorts {
  readonly log: Pick<CheckLogReader, 'record'>;
  readonly looks: LookLog;
  readonly seals: SealReader;
  readonly clock: Clock;
  /** Milliseconds within which a record is sealed, where nothing holds the sealer up. */
  readonly sealedWithin: number;
}

const SECOND_MS = 1_000;
/** Seconds after which asking again is worth it where the seal is overdue. */
const OVERDUE_RETRY = 60;

/** `GET /v1/checks/{id}/proof`. */
export function proofHandler(ports: ProofPorts) {
  return apiHandler((request) => answer(request, ports), { whenDown: 'evidence-unavailable' });
}

async function answer(request: ApiRequest, ports: ProofPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.read, SCOPES.audit);
  const only = by.scopes.has(SCOPES.audit) ? undefined : by.client_id;
  const record = await lookAt(request.path.id ?? '', 'proof', by, only, ports);
  const { proof, isGap } = await proofFor(record, ports.seals);
  if (!proof) {
    const now = ports.clock();
    const isOver = parseInstant(record.keepUntil) <= now;
    throw isOver && !isGap ? listExpired() : notSealedYet(record, now, ports.sealedWithin);
  }
  return { status: 200, body: proof, log: { checkId: record.id, caller: record.caller } };
}

/** The proof, and whether the seals say that nothing was found at the record's place. */
async function proofFor({ id, link }: CheckRecord, seals: ProofPorts['seals']) {
  const { sealed, gaps } = await seals.coverage(link.writer);
  const isAt = ({ from, to }: { readonly from: number; readonly to: number }) =>
    from <= link.sequence && link.sequence <= to;
  const covering = sealed.filter(isAt);
  const isGap = covering.length === 0 && gaps.some(isAt);
  for (const { segment: number } of covering) {
    const segment = await seals.segment(number);
    if (!segment?.leaves) continue;
    const { seal, leaves } = segment;
    const proof = proofOf(id, { seal, leaves, head: headOf(number, seal) });
    if (proof) return { proof, isGap };
  }
  return { proof: undefined, isGap };
}

/**
 * A hold keeps a record beyond its term, and not the list of a segment, which holds the leaves of many others, nor what tells
 * which segment had it: whether one did, the archive shows.
 */
const listExpired = (): Problem =>
  new Problem('conflict', {
    zh: '该核查因保全超过原定期限保存，同期封存清单已到期删除（seal-expired），不再出具证明；回执仍可核验，是否曾封存于何段，以封存存档核对',
    en: 'This check is held beyond its own term, and the lists of the seals of its time have expired with such terms (seal-expired): no proof can be made any more. Its receipt still verifies; whether it was sealed, and in which segment, the archive of seals shows.',
  });

function notSealedYet({ checkedAt }: CheckRecord, now: Instant, sealedWithin: number): Problem {
  const expected = instant(parseInstant(checkedAt) + sealedWithin);
  const [zh, en] =
    expected > now
      ? [
          `预计 ${toBeijing(expected)}（北京时间）前封存`,
          `It is expected to be by ${toBeijing(expected)} (Beijing time).`,
        ]
      : ['封存已迟于预计，请稍后再取', 'The seal is overdue: ask again later.'];
  return new Problem(
    'conflict',
    {
      zh: `该核查尚未封存（not-sealed），封存后方有证明；${zh}`,
      en: `This check is not sealed yet (not-sealed), and only what is sealed has a proof. ${en}`,
    },
    { retryAfter: expected > now ? Math.ceil((expected - now) / SECOND_MS) : OVERDUE_RETRY },
  );
}
