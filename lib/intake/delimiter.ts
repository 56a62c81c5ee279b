import { foldName } from '../subject/fold.ts';
import { HEADER_WITHIN } from './header.ts';
import { matchHeader } from './layout.ts';
import type { Profile } from './profile.ts';

/** What people put between cells; the likeliest first, which also stands where nothing tells. */
const DELIMITERS = [',', '\t', ';', '，', '；', '|', '｜'] as const;
const QUOTES = /^"|"$/g;

/** The delimiter by which the first lines hold the most of the profile's columns. `head` may end within a line. */
export function delimiterOf(head: string, profile: Profile): string {
  const lines = head.split(/\r\n|\n|\r/).slice(0, HEADER_WITHIN);
  const scores = DELIMITERS.map((delimiter) => ({
    delimiter,
    score: Math.max(0, ...lines.map((line) => scoreOf(line.split(delimiter), profile))),
  }));
  return scores.reduce((one, other) => (other.score > one.score ? other : one)).delimiter;
}

/** Of a file without header: how near its lines come to as many cells as there are names. */
function scoreOf(cells: readonly string[], profile: Profile): number {
  const names = profile.headerless?.length;
  if (names !== undefined) return Math.min(cells.length, names);
  return matchHeader(
    cells.map((cell) => foldName(cell).replace(QUOTES, '')),
    profile,
  ).matched;
}
