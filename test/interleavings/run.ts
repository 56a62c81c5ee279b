import { setTimeout } from 'node:timers/promises';
import { addDays, dateOf } from '../../lib/kernel/clock.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';
import type { Check, Deed, History, Transition } from './history.ts';
import type { Subject, System } from './system.ts';

const WRITERS = 3;
const CHECKERS = 2;
const DEEDS = 4;
const CHECKS = 4;
const MAX_PAUSE_MS = 12;
const LONGEST_TERM_DAYS = 5;

/** Numbers that are the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function subjectOf(number: number): Subject {
  const body = String(20_000_000 + number);
  const code9 = `${body}${orgCodeCheckCharacter(body)}`;
  return { key: organisationKey(code9), uscc: `91430100${code9}${usccCheckCharacter(`91430100${code9}`)}` };
}

/** One subject, several workers that list, suspend, resume, repair, lower, uphold and check at once, while days pass. */
async function interleave(system: System, number: number): Promise<History> {
  const next = random(number + 1);
  const pick = <T>(...from: readonly [T, ...T[]]): T => from[Math.floor(next() * from.length)] ?? from[0];
  const subject = subjectOf(number);
  const transitions: Transition[] = [];
  const checks: Check[] = [];
  const pause = () => setTimeout(next() * MAX_PAUSE_MS);

  // Every third history is about what rests for which cause: two causes at once are rare elsewhere.
  const resting = number % 3 === 0;
  const deed = (): Deed => {
    const id = resting ? 'one' : pick('one', 'two', 'red');
    const today = dateOf(system.now());
    const until = pick(null, addDays(today, Math.floor(next() * LONGEST_TERM_DAYS)));
    const cause = pick('objection', 'reorganisation');
    if (resting)
      return pick<Deed>(
        { do: 'list', id, kind: 'black', until: null },
        { do: 'suspend', id, cause },
        { do: 'suspend', id, cause },
        { do: 'resume', id, cause },
      );
    return pick<Deed>(
      { do: 'list', id, kind: id === 'red' ? 'red' : 'black', until },
      { do: 'list', id, kind: id === 'red' ? 'red' : 'black', until },
      { do: 'suspend', id, cause },
      { do: 'resume', id, cause },
      { do: 'repair', id },
      { do: 'lower', id },
      { do: 'uphold', id },
    );
  };
  const writer = async () => {
    for (let each = 0; each < DEEDS; each += 1) {
      await pause();
      const done = await system.act(subject, deed());
      if (done) transitions.push(done);
    }
  };
  const checker = async () => {
    for (let each = 0; each < CHECKS; each += 1) {
      await pause();
      checks.push(await system.check(subject));
    }
  };
  await Promise.all([...Array.from({ length: WRITERS }, writer), ...Array.from({ length: CHECKERS }, checker)]);
  // And in quiet: what nothing overlaps has one right answer.
  checks.push(await system.check(subject));
  const last = await system.act(subject, { do: 'list', id: 'last', kind: 'black', until: null });
  if (last) transitions.push(last);
  checks.push(await system.check(subject));
  return { transitions, checks, ...(await system.told(subject)) };
}

/** Histories from `first` on, so many at once; the sum of what was seen. */
export async function interleavings(
  system: System,
  first: number,
  count: number,
  see: (history: History, number: number) => void,
): Promise<void> {
  const AT_ONCE = 8;
  let number = first;
  const worker = async () => {
    while (number < first + count) {
      const mine = number;
      number += 1;
      see(await interleave(system, mine), mine);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
