import { FileFault } from './file-fault.ts';
import { checkedLayout, type HeaderMatch, type Layout, matchHeader } from './layout.ts';
import { DAMAGED } from './mojibake.ts';
import type { Profile } from './profile.ts';
import { PROFILES } from './profiles.ts';

/** Titles, dates and remarks stand above the header of many a published table; more records than this do not. */
export const HEADER_WITHIN = 20;

/**
 * The layout, where this record is the header; undefined where it is a title above it.
 * @throws FileFault for a header that has its columns twice, or unknown ones
 */
export function headerIn(cells: readonly string[], profile: Profile, given: readonly string[]): Layout | undefined {
  const match = matchHeader(cells, profile, given);
  return match.missing.length > 0 || match.matched === 0 ? undefined : checkedLayout(match, profile);
}

/** The layout of a file without header. */
export const headerlessLayout = (names: readonly string[], profile: Profile): Layout =>
  checkedLayout(matchHeader(names, profile), profile);

/** Why none of the first records is the header that the profile asks for, and which profile fits instead. */
export function noHeader(head: readonly (readonly string[])[], profile: Profile, given: readonly string[]): FileFault {
  const matches = head.map((cells) => matchHeader(cells, profile, given));
  const best = matches.reduce<HeaderMatch | undefined>(
    (one, other) => (one === undefined || other.matched > one.matched ? other : one),
    undefined,
  );
  const missing = best?.missing ?? [];
  const fitting = fittingProfiles(head).filter((name) => name !== profile.name);
  const stated = (profile.given ?? []).filter((field) => missing.includes(profile.columns[field]?.headers[0] ?? ''));
  const notes = [
    ...(fitting.length > 0
      ? [
          {
            zh: `列名与模板 ${fitting.join('、')} 相符，请用 --profile ${fitting[0]}`,
            en: `the columns fit profile ${fitting.join(', ')}: use --profile ${fitting[0]}`,
          },
        ]
      : []),
    ...(stated.length > 0
      ? [
          {
            zh: `可随文件说明：${stated.map((field) => `--given ${field}=…`).join('、')}`,
            en: `can be stated with the file: ${stated.map((field) => `--given ${field}=…`).join(', ')}`,
          },
        ]
      : []),
    ...(best?.matched === 0 && fitting.length === 0 ? [nothingKnown(head)] : []),
  ];
  return new FileFault('missing-columns', {
    zh: [`缺少列：${missing.join('、')}`, ...notes.map(({ zh }) => zh)].join('；'),
    en: [`columns are missing: ${missing.join(', ')}`, ...notes.map(({ en }) => en)].join('; '),
  });
}

/** The shipped profiles that have all their columns in one of these records, the one with the most columns first. */
function fittingProfiles(head: readonly (readonly string[])[]): string[] {
  return [...PROFILES.values()]
    .filter(({ headerless }) => headerless === undefined)
    .map((profile) => {
      const matches = head.map((cells) => matchHeader(cells, profile, profile.given));
      return { name: profile.name, fit: Math.max(0, ...matches.filter(fits).map(({ matched }) => matched)) };
    })
    .filter(({ fit }) => fit > 0)
    .toSorted((one, other) => other.fit - one.fit)
    .map(({ name }) => name);
}

/** One column alone is no list: it would fit anything that has a name. */
const fits = ({ missing, matched }: HeaderMatch): boolean => missing.length === 0 && matched > 1;

function nothingKnown(head: readonly (readonly string[])[]): { zh: string; en: string } {
  if (head.some((cells) => cells.some((cell) => cell.includes(DAMAGED))))
    return {
      zh: '文字无法解码，请用 --encoding 指明编码',
      en: 'the text cannot be decoded: name its encoding with --encoding',
    };
  if (/^\s*\[/.test(head[0]?.[0] ?? ''))
    return {
      zh: '像是 JSON 数组：请每行写一个对象（JSON Lines）',
      en: 'this looks like a JSON array: write one object on each line (JSON Lines)',
    };
  if (head.every((cells) => cells.length === 1))
    return {
      zh: '每行只有一列，分隔符应为逗号、分号、制表符或竖线',
      en: 'every line is one cell: the delimiter is a comma, semicolon, tab or bar',
    };
  return {
    zh: '没有表头，或其中没有一个列名相符（另一种名单）',
    en: 'there is no header line, or one of another list: none of its names is known',
  };
}
