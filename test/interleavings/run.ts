import { setTimeout } from 'node:timers/promises';
import { dateOf } from '../../lib/kernel/clock.ts';
import type { Check, History, Pair, Transition } from './history.ts';
import { Job } from './job.ts';
import { candidatesOf, drafted, organisationOf, personOf, type Subject, successorOf } from './subjects.ts';
import { RING, type System } from './system.ts';
import { succession } from './tie-steps.ts';
import { isOfTie, type Pick, random, Wishes } from './wishes.ts';

const WRITERS = 3;
const CHECKERS = 2;
const DEEDS = 4;
const CHECKS = 4;
const MAX_PAUSE_MS = 12;
const LONGEST_TERM_DAYS = 3;
const LATE_DAYS = 4;
const AT_ONCE = 8;

/** Histories of linked persons, of what rests for which cause, of what a black listing did to a red one, and of who succeeds whom: rare elsewhere. */
const KINDS = ['alone', 'linked', 'resting', 'mending', 'succeeding'] as const;

/** Subjects, and what has been decided of each and waits to come into force. */
function cast(number: number, system: System, next: () => number, pick: Pick) {
  const kind = KINDS[number % KINDS.length] ?? 'alone';
  const today = dateOf(system.now());
  /** Without a term, or for a few days; some only from a few days later on. */
  const draft = (subject: Subject, id: string, term = pick('none', 'days', 'days')) => {
    const starts = pick(-1, -1, -1, LATE_DAYS);
    const days = Math.max(starts, 0) + Math.floor(next() * LONGEST_TERM_DAYS);
    return drafted(subject, `h${number}-${id}`, id.startsWith('red') ? 'red' : 'black', today, {
      starts,
      days: term === 'none' ? null : days,
      lowerDays: pick(2, 300),
    });
  };
  const organisation = organisationOf(number);
  const successor = kind === 'succeeding' ? successorOf(number) : undefined;
  const persons = kind === 'linked' ? [0, 1].map((which) => personOf(which, number, RING)) : [];
  const ids = {
    resting: ['one'],
    mending: ['red', 'one'],
    alone: ['one', 'two', 'red'],
    linked: ['one', 'red'],
    succeeding: ['one'],
  }[kind];
  const own = ids.map((id) => draft(organisation, id, kind === 'resting' || kind === 'mending' ? 'none' : undefined));
  const last = draft(organisation, 'last', 'none');
  const files = [
    { subject: organisation, drafts: [...own, last], linked: persons },
    ...persons.map((subject, which) => ({ subject, drafts: [draft(subject, `red-${which}`)], linked: [] })),
    ...(successor
      ? [{ subject: successor, drafts: [draft(successor, 'red'), draft(successor, 'other')], linked: [] }]
      : []),
  ];
  const pair: Pair | undefined = successor && { predecessor: organisation.who, successor: successor.who };
  const meant = successor && succession(organisation, successor);
  return { kind, files, organisation, last, subjects: files.map(({ subject }) => subject), pair, meant };
}

/**
 * One subject, and persons that are linked to it; several workers that list, object, answer, repair, revoke and check at
 * once, and the job that ends what is over, while days pass.
 */
async function interleave(system: System, job: Job, number: number, enough: () => boolean): Promise<History> {
  const next = random(number + 1);
  const pick: Pick = (...from) => from[Math.floor(next() * from.length)] ?? from[0];
  const pause = () => setTimeout(next() * MAX_PAUSE_MS);
  const { kind, files, organisation, last, subjects, pair, meant } = cast(number, system, next, pick);
  const changes = files.map(({ subject, drafts, linked }) => candidatesOf(subject, drafts, linked, system.now()));
  await system.parts.store.commit(changes);

  const transitions: Transition[] = [];
  const checks: Check[] = [];
  const drafts = files.flatMap((file) => file.drafts);
  const open = drafts.filter(({ id }) => id !== last.id).map(({ id }) => id);
  const wishes = new Wishes(open, next, pick, () => system.now(), kind);
  const steward = async () => {
    for (let each = 0; each < DEEDS && !enough(); each += 1) {
      await pause();
      const wish = wishes.next();
      if (isOfTie(wish)) {
        const done = meant && (await system.tie(subjects, meant, wish));
        if (done) transitions.push(done);
        wishes.tieCame(wish, done !== undefined);
        continue;
      }
      const known = wishes.openCase(wish);
      const done = await system.act(subjects, wish);
      if (done) transitions.push(done);
      wishes.came(wish, done, known);
    }
  };
  const checker = async () => {
    for (let each = 0; each < CHECKS && !enough(); each += 1) {
      await pause();
      checks.push(await system.check(pick(organisation, ...subjects), subjects));
    }
  };
  job.watch(subjects, (done) => transitions.push(done));
  await Promise.all([...Array.from({ length: WRITERS }, steward), ...Array.from({ length: CHECKERS }, checker)]);
  // And in quiet: what nothing overlaps has one right answer.
  await job.leave(subjects);
  for (const subject of subjects) checks.push(await system.check(subject, subjects));
  const finished = await system.act(subjects, { do: 'list', id: last.id });
  if (finished) transitions.push(finished);
  for (const subject of subjects) checks.push(await system.check(subject, subjects));

  const first = new Map(changes.map(({ key, change }) => [key, change.after.version]));
  const told = await Promise.all(subjects.map((each) => system.told(each, first.get(each.key) ?? 0)));
  const opened = new Set(transitions.flatMap(({ deed }) => ('case' in deed ? [deed.id] : [])));
  const cases = (await Promise.all([...opened].map((id) => system.casesOf(id)))).flat();
  job.release(subjects);
  const papers = pair && meant && { ...pair, stored: await system.stored(meant) };
  return { drafts, subjects: told, transitions, checks, cases, ...(papers && { pair: papers }) };
}

/** Histories from `first` on, so many at once, beside one expiry job; until `see` has seen enough. */
export async function interleavings(
  system: System,
  first: number,
  count: number,
  see: (history: History, number: number) => boolean,
): Promise<void> {
  const job = new Job(system);
  let number = first;
  let enough = false;
  const worker = async () => {
    while (number < first + count && !enough) {
      const mine = number;
      number += 1;
      const history = await interleave(system, job, mine, () => enough);
      enough ||= see(history, mine);
    }
  };
  const histories = Promise.all(Array.from({ length: AT_ONCE }, worker)).finally(() => job.stop());
  await Promise.all([histories, job.work()]);
}
