import type { RecordedOutcome } from '../check/record.ts';
import { addYears, type CalendarDate, dateOf, type Instant, instant, parseInstant, toIso } from '../kernel/clock.ts';
import { hasEnded, isClosed, type Matter } from '../retention/matter.ts';
import { type Alert, alertId } from './alert.ts';
import { type Change, mayFall, mayRise } from './change.ts';
import { judge, type World } from './judge.ts';
import type { AlertingPorts, Progress } from './ports.ts';
import { seenCheck } from './seen-check.ts';

const PAGE = 25;
const ASKED_AFTER = 2;
const CLOCKS_APART_MS = 60_000;

/** How many pages an invocation may still read: more than {@link ASKED_AFTER} at first, or it would come no further. */
export interface Budget {
  pages: number;
}

/** A check that may concern a change. */
interface Candidate {
  readonly checkId: string;
  readonly restsOn: readonly string[];
  readonly grant?: Alert['grant'];
}

interface Page {
  readonly candidates: readonly Candidate[];
  /** Where the stage goes on; undefined at its end. */
  readonly reached: string | undefined;
}

/** What holds while one write of a standing is followed. */
interface Following {
  readonly changes: readonly Change[];
  /** Of the write. */
  readonly at: Instant;
  readonly now: Instant;
  readonly world: World;
}

/**
 * Raises and tells the alerts of the changes of one write; resolves with false where the budget ended before the checks
 * did, and then a further call goes on from there. Called again from the start it raises nothing twice.
 */
export async function follow(following: Following, ports: AlertingPorts, budget: Budget): Promise<boolean> {
  const [first] = following.changes;
  let progress = first && begin(0, following);
  for (let spent = 0; first && progress; spent += 1) {
    // Few writes concern more than a page or two of checks: only for those is it asked how far an earlier delivery came.
    if (spent === ASKED_AFTER) progress = further(progress, await ports.alerts.progress(first.id));
    if (budget.pages === 0) {
      await ports.alerts.reach(first.id, progress);
      return false;
    }
    budget.pages -= 1;
    const change = following.changes[progress.change];
    if (!change) return true;
    const page = await pageOf(change, progress, following, ports);
    const found = await Promise.all(page.candidates.map((each) => alertsOf(change, each, following, ports)));
    const raised = await Promise.all(found.flat().map((alert) => ports.alerts.raise(alert)));
    const unanswered = raised.filter(({ acknowledgement }) => acknowledgement === undefined);
    if (unanswered.length > 0) await ports.tell(unanswered);
    progress = nextOf(progress, page.reached, following);
  }
  return true;
}

/** Where the first change from a place on begins that can mean anything. */
function begin(from: number, { changes, world }: Following): Progress | undefined {
  for (const [index, change] of changes.entries()) {
    if (index < from) continue;
    // Grants first: of a check and a grant on it, the grant is told.
    if (mayRise(change, world)) return { change: index, stage: 'grants' };
    if (mayFall(change)) return { change: index, stage: 'checks' };
  }
  return undefined;
}

function nextOf(progress: Progress, reached: string | undefined, following: Following): Progress | undefined {
  if (reached !== undefined) return { ...progress, before: reached };
  const { change, stage } = progress;
  return stage === 'grants' ? { change, stage: 'checks' } : begin(change + 1, following);
}

function further(one: Progress, other: Progress | undefined): Progress {
  if (!other) return one;
  if (one.change !== other.change) return other.change > one.change ? other : one;
  if (one.stage !== other.stage) return other.stage === 'checks' ? other : one;
  return (other.before ?? '~') < (one.before ?? '~') ? other : one;
}

async function pageOf(
  change: Change,
  { stage, before }: Progress,
  { at, world }: Following,
  ports: AlertingPorts,
): Promise<Page> {
  if (stage === 'grants') {
    const { grants, reached } = await ports.grants.to(change.subject, before, PAGE);
    const candidates = grants.map(({ checkId, grant: { reference, grantedAt } }) => ({
      checkId,
      restsOn: [],
      grant: { reference, grantedAt },
    }));
    return { candidates, reached };
  }
  const rises = mayRise(change, world);
  const { rows, reached } = await ports.log.stretch(
    { by: 'subject', key: change.subject },
    { before, to: toIso(lastOf(at)) },
    PAGE,
    ({ outcome, listings }) => listings.includes(change.after.id) || (rises && mayHaveCleared(outcome)),
  );
  const page = rows.slice(0, PAGE);
  const candidates = page.map(({ id, listings }) => ({ checkId: id, restsOn: listings }));
  return { candidates, reached: rows.length > page.length ? page.at(-1)?.position : reached };
}

/** A check after it has seen the change. The check's clock is another one than the stream's. */
const lastOf = (at: Instant): Instant => instant(at + CLOCKS_APART_MS);

const mayHaveCleared = (outcome: RecordedOutcome): boolean => outcome !== 'veto' && outcome !== 'invalid';

async function alertsOf(
  change: Change,
  { checkId, restsOn, grant }: Candidate,
  { at, now, world }: Following,
  ports: AlertingPorts,
): Promise<Alert[]> {
  const check = await readable(checkId, change, ports);
  if (!check || check.record.outcome === 'invalid') return [];
  const { caller, matterId: matter, scene, outcome, checkedAt, expiresAt } = check.record;
  if (parseInstant(checkedAt) > lastOf(at)) return [];
  const registered = await ports.matter(caller, matter);
  // An alert would keep what the law wants deleted.
  if (registered && hasEnded(registered, world.today)) return [];
  if (parseInstant(check.record.keepUntil) <= now && !registered?.holds.length) return [];
  const open = isOpen(registered, scene, checkedAt, world);
  const since = { open, unexpired: parseInstant(expiresAt) > now, granted: grant !== undefined, restsOn };
  const { id, list, domain, from, until } = change.after;
  return judge(change, check, since, world).map(({ purpose, kind }) => ({
    id: alertId(caller, matter, change.id, checkId, purpose),
    kind,
    caller,
    checkId,
    checkedAt,
    outcome,
    scene,
    matter,
    listing: { id, list, domain, from, until, ...(change.ended !== undefined && { ended: change.ended }) },
    ...(grant && { grant }),
    raisedAt: toIso(at),
  }));
}

/** One record that cannot be read does not hold up everybody else's alerts. */
async function readable(checkId: string, { subject }: Change, { log, unreadable }: AlertingPorts) {
  try {
    const found = await log.record(checkId);
    return found && seenCheck(found.record, found.notes, subject);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== '$ZodError') throw error;
    unreadable(checkId);
    return undefined;
  }
}

/** Not closed, and not longer ago than a matter of the scene may last. */
function isOpen(matter: Matter | undefined, scene: string, checkedAt: string, { catalogue, today }: World): boolean {
  if (matter && isClosed(matter)) return false;
  const years = catalogue.scenes.find(({ code }) => code === scene)?.longestMatterYears ?? 0;
  const last: CalendarDate = matter?.lastOn ?? dateOf(parseInstant(checkedAt));
  return addYears(last, years) >= today;
}
