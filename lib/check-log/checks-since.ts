import { type Instant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { isSame, type Named } from './named.ts';
import type { CheckLogReader, LogRow } from './ports.ts';
import { type CheckFacts, endOfMoment, type Granted, hasSay, misfitsOf } from './rests-on.ts';

/** Lines of the log at once. */
const PAGE = 200;
/** Lines of one member since the check, in whatever matter, and records of it that are opened. */
const MAX_ROWS = 5_000;
const MAX_RECORDS = 500;
const WINDOW = 10;

/** The log, whoever's checks are in it: a veto that another caller was given is one. */
export interface WholeLog {
  readonly stretch: CheckLogReader['stretch'];
  check(id: string): Promise<CheckFacts | undefined>;
}

/** Outcomes that forbid nothing and ask for nothing: all that such a check can do is lift what an older one says. */
const HARMLESS: ReadonlySet<string> = new Set(['pass', 'favour']);

/**
 * Of the checks that were made between a check and a grant on it those that can have a say in it, whoever made them: along
 * each member from the newest one on, until the last word is known or nothing that is left can hinder. However often another
 * caller asks about the same subject, no more is read for it.
 * @throws Problem `conflict` where that are too many to tell; a fresh check has nothing after it
 */
export async function checksSince(grant: Granted, check: CheckFacts, log: WholeLog): Promise<readonly CheckFacts[]> {
  const members = check.subjects.map((member) => (isSame(member, grant.subject) ? grant.subject : member));
  const found = await Promise.all(members.map((member) => sinceOf(member, grant, check, log)));
  return [...new Map(found.flat().map((each) => [each.id, each])).values()];
}

/**
 * Whether one of the members was vetoed in the matter and scene after the grant and before now, in whatever lot: a report that
 * comes then, of a grant before, is for an auditor to look at. By what lines tell; no record is opened.
 */
export async function vetoedAfter(
  grant: Granted,
  check: CheckFacts,
  now: Instant,
  stretch: CheckLogReader['stretch'],
): Promise<boolean> {
  const to = toIso(endOfMoment(now));
  if (grant.to >= to) return false;
  const keys = new Set([...check.subjects, grant.subject].flatMap((subject) => subject.keys));
  const found = await Promise.all(
    [...keys].map(async (key) => {
      let looked = 0;
      let before: string | undefined;
      const keep = (row: LogRow): boolean => {
        looked += 1;
        return row.outcome === 'veto' && row.via === undefined && isOfMatter(row, check);
      };
      do {
        const { rows, reached } = await stretch({ by: 'subject', key }, { from: grant.to, to, before }, 1, keep);
        if (rows.length > 0) return true;
        before = reached;
      } while (before !== undefined && looked <= MAX_ROWS);
      return false;
    }),
  );
  return found.includes(true);
}

const isOfMatter = (row: LogRow, { matter, scene }: CheckFacts): boolean =>
  row.matter === matter && row.scene === scene;

async function sinceOf(
  member: Named,
  grant: Granted,
  check: CheckFacts,
  log: WholeLog,
): Promise<readonly CheckFacts[]> {
  const rows = (await Promise.all(member.keys.map((key) => rowsAlong(key, grant, check, log)))).flat();
  rows.sort((one, other) => (one.position < other.position ? 1 : -1));
  const asked = { ...grant, subject: member, scene: check.scene };
  const facts: CheckFacts[] = [];
  let settledAt: string | undefined;
  // What comes after the oldest of these can hinder nothing by itself.
  const end = rows.findLastIndex((row) => row.caller === check.caller || !HARMLESS.has(row.outcome)) + 1;
  for (let start = 0; start < end; start += WINDOW) {
    if (start >= MAX_RECORDS) throw tooMany();
    const window = rows.slice(start, Math.min(start + WINDOW, end));
    const read = await Promise.all(window.map(({ id }) => log.check(id)));
    facts.push(...read.flatMap((each) => each ?? []));
    settledAt ??= facts.find((each) => hasSay(grant, check, each) && misfitsOf(asked, each).length === 0)?.checkedAt;
    // Of two at one moment the one that hinders counts: it may be in the next window.
    if (settledAt !== undefined && rows[start + WINDOW]?.checkedAt !== settledAt) break;
  }
  return facts;
}

/** Lines that may be of a check with a say, by what a line tells; newest first. */
async function rowsAlong(key: string, grant: Granted, check: CheckFacts, log: WholeLog): Promise<LogRow[]> {
  let looked = 0;
  const keep = (row: LogRow): boolean => {
    looked += 1;
    return (
      row.id !== check.id &&
      isOfMatter(row, check) &&
      row.via === undefined &&
      row.outcome !== 'invalid' &&
      (row.caller === check.caller || row.outcome !== 'indeterminate')
    );
  };
  const kept: LogRow[] = [];
  let before: string | undefined;
  do {
    const range = { from: check.checkedAt, to: grant.to, before };
    const { rows, reached } = await log.stretch({ by: 'subject', key }, range, PAGE, keep);
    kept.push(...rows);
    if (looked > MAX_ROWS) throw tooMany();
    before = reached;
  } while (before !== undefined);
  return kept;
}

const tooMany = (): Problem =>
  new Problem('conflict', {
    zh: '自该核查以来，对该主体（或联合体其他成员）的核查过多，无法判断，请重新核查后再授予',
    en: 'Too often has the subject, or another member, been checked since: check again, and grant on that.',
  });
