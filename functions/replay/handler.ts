import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Head } from '../../lib/catalogue/head.ts';
import { CheckAnswer } from '../../lib/check/answer.ts';
import { decideAgain, type Past, standingsRead } from '../../lib/check/decide-again.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import { lookAt } from '../../lib/check-log/look-at.ts';
import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import { apiHandler } from '../../lib/edge/api.ts';
import { authorise } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { EventRecord } from '../../lib/listing/event.ts';
import type { Standing } from '../../lib/listing/standing.ts';
import { standingAtVersion } from '../../lib/listing/standing-at.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';

export interface ReplayPorts {
  readonly log: CheckLogReader;
  readonly looks: LookLog;
  readonly catalogue: (version: string) => Promise<Catalogue | undefined>;
  /** The head as it was at a sequence. */
  readonly head: (sequence: number) => Promise<Head | undefined>;
  /** The events of a standing, oldest first. */
  readonly history: (key: SubjectKey) => Promise<EventRecord[]>;
  readonly clock: Clock;
}

/** `POST /v1/checks/{id}/replay`: decides a recorded check again, at the catalogue and the standings of its own time. */
export const replayHandler = (ports: ReplayPorts) =>
  apiHandler(
    async (request) => {
      const by = authorise(request, SCOPES.audit);
      const record = await lookAt(request.path.id ?? '', 'replay', by, undefined, ports);
      if (record.outcome === 'invalid')
        throw new Problem('conflict', {
          zh: '该记录状态为 invalid，是被拒绝的请求，没有可复算的结论',
          en: 'The record is invalid: a refused attempt has no decision to repeat.',
        });
      const body = decideAgain(record, await pastOf(record, ports));
      return { status: 200, body, log: { checkId: record.id, caller: record.caller } };
    },
    { whenDown: 'registry-unavailable' },
  );

async function pastOf(record: CheckRecord, { catalogue, head, history }: ReplayPorts): Promise<Past> {
  const { catalogueVersion } = CheckAnswer.parse(JSON.parse(record.answer));
  const read = standingsRead(record).filter(({ version }) => version > 0);
  const [body, then, ...found] = await Promise.all([
    catalogue(catalogueVersion),
    head(record.detail.headSequence),
    ...read.map(async ({ key, version }) => [key, standingThen(await history(key), version)] as const),
  ]);
  const standings = new Map(
    found.flatMap(([key, standing]): [SubjectKey, Standing][] => (standing ? [[key, standing]] : [])),
  );
  if (!body) throw gone('目录清单', 'catalogue');
  if (!then) throw gone('开关与来源状态', 'state of switches and sources');
  if (standings.size < read.length) throw gone('主体状态', 'standings');
  return { catalogue: body, head: then, standings };
}

/** Events that were let go of leave a gap: what is folded over it is no standing of the past. */
function standingThen(history: readonly EventRecord[], version: number): Standing | undefined {
  const whole = history.slice(0, version).every((event, index) => event.version === index + 1);
  return whole ? standingAtVersion(history, version) : undefined;
}

/** What the law let go of, or what was lost, cannot be decided on again. */
const gone = (zh: string, en: string): Problem =>
  new Problem('conflict', {
    zh: `该核查当时的${zh}已不再保存，不能复算`,
    en: `The ${en} of that time are no longer kept: this check cannot be decided again.`,
  });
