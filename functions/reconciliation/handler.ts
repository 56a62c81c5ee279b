import type { Resolving } from '../../lib/check-log/asked-subject.ts';
import { type FactsPorts, factsOf } from '../../lib/check-log/check-facts.ts';
import { ChecksInMatters } from '../../lib/check-log/checks-in-matter.ts';
import { type CoverageLog, heldGrants } from '../../lib/check-log/coverage.ts';
import { lineOf } from '../../lib/check-log/grant-line.ts';
import { grantedViolation } from '../../lib/check-log/granted-violation.ts';
import { listOnRecord } from '../../lib/check-log/list-on-record.ts';
import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import { againstAll, againstNamed, type Finding, type GrantLine, Tally } from '../../lib/check-log/reconcile.ts';
import { type CheckFacts, liesAhead } from '../../lib/check-log/rests-on.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBytes } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, parseInstant, toIso } from '../../lib/kernel/clock.ts';
import { type Fault, Problem, shownIn } from '../../lib/kernel/problem.ts';
import type { ViolationRegister } from '../../lib/listing/violation.ts';
import { type Line, linesOf } from './lines.ts';

/** What a Lambda takes in one request, less what surrounds it. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Each line is some requests to the log: more of them would not be done before the gateway gives up. */
const MAX_LINES = 5_000;
/** Lines held against the log at once: what is in memory beside the body and the findings. */
const WINDOW = 50;

export interface ReconciliationPorts extends Resolving {
  readonly log: Pick<CheckLogReader, 'record' | 'stretch'>;
  readonly looks: LookLog;
  readonly coverage: CoverageLog;
  readonly violations: ViolationRegister;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

interface Shown {
  readonly line: number;
  readonly kind: string;
  readonly reference?: string;
  readonly checkId?: string;
}

/**
 * `POST /v1/reconciliations`: what was granted, held against what was checked. A longer list is sent in parts, whose
 * counts add up; `npm run reconcile` does so.
 */
export function reconciliationHandler(ports: ReconciliationPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    const claims = authorise(request, SCOPES.read, SCOPES.audit);
    const only = claims.scopes.has(SCOPES.audit) ? undefined : claims.client_id;
    const facts: FactsPorts = { log: ports.log, only };
    const checks = new ChecksInMatters(facts);
    const tally = new Tally();
    const findings: Shown[] = [];
    const all: Held[] = [];
    const broken: { line: number; faults: readonly Fault[] }[] = [];
    let lines = 0;
    for await (const window of windows(linesOf(request.headers['content-type'], readBytes(request, MAX_BYTES)))) {
      lines += window.length;
      if (lines > MAX_LINES) throw tooMany();
      for (const held of await Promise.all(window.map((line) => hold(line, checks, facts, ports)))) {
        if ('faults' in held) broken.push(held);
        else {
          tally.add(held.line, held.finding);
          all.push(held);
          if (held.finding.kind !== 'fine') findings.push(shown(held));
        }
      }
    }
    await listOnRecord(ports.looks, claims, { held: all.map(({ line }) => line), lines }, ports.clock());
    // What a caller holds against its own checks is its own affair; an auditor's list is what coverage is counted from.
    if (only === undefined) {
      await ports.coverage.keep(toIso(ports.clock()), heldGrants(all, ports.recordKey));
      await register(all, claims.sub, ports);
    }
    const inLanguage = (fault: Fault) => shownIn(request.language, fault);
    const body = {
      lines,
      counts: { ...tally.kinds, broken: broken.length },
      findings,
      broken: broken.map(({ line, faults }) => ({ line, errors: faults.map(inLanguage) })),
      coverage: tally.coverage,
    };
    return { status: 200, body, log: { items: lines } };
  };
  return apiHandler(answer, { whenDown: 'evidence-unavailable' });
}

/** 违规登记: at most one write for each line, and one entry for each grant however often it is found. */
async function register(all: readonly Held[], foundBy: string, { violations, recordKey }: ReconciliationPorts) {
  const found = all.flatMap(({ line, wrong }) => grantedViolation({ line, finding: wrong }, foundBy, recordKey) ?? []);
  for (let start = 0; start < found.length; start += WINDOW)
    await Promise.all(found.slice(start, start + WINDOW).map(({ violation, as }) => violations.append(violation, as)));
}

async function* windows(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let window: Line[] = [];
  for await (const line of lines) {
    window.push(line);
    if (window.length < WINDOW) continue;
    yield window;
    window = [];
  }
  if (window.length > 0) yield window;
}

async function hold(read: Line, inMatters: ChecksInMatters, facts: FactsPorts, ports: ReconciliationPorts) {
  if ('faults' in read) return read;
  let line: GrantLine;
  try {
    line = await lineOf(read.given, read.line, ports);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'invalid-identifier') throw error;
    return { line: read.line, faults: error.extras.errors ?? [] };
  }
  if (line.subject.keys.length === 0) return { line: read.line, faults: [NOBODY] };
  if (liesAhead(parseInstant(line.from), ports.clock())) return { line: read.line, faults: [AHEAD] };
  const checks = await inMatters.of(line.matter, line.subject.keys);
  // Whom the subject was checked with: a consortium is granted as a whole.
  const others = new Set(checks?.flatMap(({ subjects }) => subjects.flatMap(({ keys }) => keys)));
  const theirs = await inMatters.of(
    line.matter,
    [...others].filter((key) => !line.subject.keys.includes(key)),
  );
  if (!checks || !theirs) return { line: read.line, faults: [TOO_MANY] };
  const all = [...new Map([...checks, ...theirs].map((check) => [check.id, check])).values()];
  const finding = await findingOf(line, all, facts);
  // That it names a check of something else does not say that there is none of this.
  const wrong = finding.kind === 'on-other-matter' && line.checkId !== undefined ? againstAll(line, all) : finding;
  return { line, finding, wrong };
}

async function findingOf(line: GrantLine, checks: readonly CheckFacts[], facts: FactsPorts): Promise<Finding> {
  const { checkId } = line;
  if (checkId === undefined) return againstAll(line, checks);
  return againstNamed(line, checks.find(({ id }) => id === checkId) ?? (await factsOf(checkId, facts)), checks);
}

type Held = Exclude<Awaited<ReturnType<typeof hold>>, { faults: unknown }>;

/** The line's number stands for its subject, who may be a person. */
const shown = ({ line: { line, reference }, finding: { kind, check } }: Held): Shown => ({
  line,
  kind,
  ...(reference !== undefined && { reference }),
  ...(check && { checkId: check.id }),
});

const NOBODY: Fault = {
  pointer: '/subjectId',
  code: 'identifier-required',
  message: { zh: '自然人须以证件号码核对', en: 'a person is found by a number, not by a name' },
};

const AHEAD: Fault = {
  pointer: '/grantedAt',
  code: 'in-future',
  message: { zh: '授予时间尚未到来', en: 'lies ahead' },
};

const TOO_MANY: Fault = {
  pointer: '/subjectId',
  code: 'too-many-checks',
  message: {
    zh: '该主体（或与其同受核查者）在该事项中的核查过多，须在日志中逐一查看',
    en: 'was checked too often in the matter, or somebody with it was: look it up in the log',
  },
};

function tooMany(): Problem {
  const message = {
    zh: `一次至多 ${MAX_LINES} 行，请分批提交；各批计数可以相加`,
    en: `At most ${MAX_LINES} lines at once: send the list in parts, whose counts add up.`,
  };
  return new Problem('invalid-request', message, { errors: [{ pointer: '', code: 'too-large', message }] });
}
