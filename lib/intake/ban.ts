import { addMonths, addYears, type CalendarDate } from '../kernel/clock.ts';
import { toSimplified } from '../subject/simplified.ts';
import { readDate } from './dates.ts';
import type { TermRule } from './profile.ts';

type BanRule = Extract<TermRule, { rule: 'ban-in-text' }>;

/** What a penalty says of a ban. `until` is the last day. */
export type Ban =
  | { readonly kind: 'none' }
  /** A ban without a term, with a range of terms, or with a beginning that the text does not date. */
  | { readonly kind: 'unclear' }
  | { readonly kind: 'ban'; readonly from: CalendarDate; readonly until: CalendarDate };

const CLAUSE_END = /[。；;!！\n]/;
const NUMBER = '[0-9]{1,2}|[一二两三四五六七八九十]{1,3}';
/** What stands before the number, which is taken whole: 至 in 一至三年. */
const NEIGHBOUR = '(?:^|([^0-9一二两三四五六七八九十]))';
const LENGTH = `(${NUMBER})(年|个月)`;
const WITHIN = '(?:时间|期限)?(?:以内|之内|内)?';
const WHO = '(?:其|该?公司|该?单位|该?企业|该?供应商|你公司|你单位|当事人)?';
/** 在一年内禁止… */
const LENGTH_BEFORE = new RegExp(`${NEIGHBOUR}${LENGTH}${WITHIN}[,，]?(?:将|被|应)?$`, 'u');
/** 禁止其一年内参加…: all that may stand between verb and object. */
const LENGTH_BETWEEN = new RegExp(
  `^${WHO}(?:自[^,]{0,20}(?:(?=起)|起(?=,)))?(?:在|于)?${NEIGHBOUR}${LENGTH}${WITHIN}$`,
  'u',
);
const NOTHING_BETWEEN = new RegExp(`^${WHO}$`, 'u');
/** …活动一年, …活动，期限为一年 */
const LENGTH_AFTER = new RegExp(`^(?:的?(?:(?:行政)?处罚|资格))?[,，(]?(?:期限|时间|期)?(?:为|:)?()${LENGTH}(.?)`, 'u');
/** 一至三年, 1-3年: what the law allows, and not what was decided; 一年零六个月: the rest of a longer one. */
const NOT_ALONE = /[至到\-~—–、或零又年月半]/u;
/** What may stand behind a length that is the whole of it. */
const LENGTH_ENDS = /^[,()的并"']?$/u;
const DATE = '[0-9]{4}[年\\-/.][0-9]{1,2}[月\\-/.][0-9]{1,2}日?';
const ANY_DATE = new RegExp(DATE, 'gu');
const DATES = new RegExp(`(${DATE})(?:起|始)?(?:,|，)?(?:至|到|-|—|~|止于)(${DATE})`, 'gu');
/** Between an object and the dates of its ban: …活动（…至…）, …活动，期限自…至…. */
const BEHIND_OBJECT = /^(?:的?(?:(?:行政)?处罚|资格))?[,(]?(?:的?(?:期限|时间|期))?(?:为|:)?[自从]?$/u;
/** Between the dates and the verb of their ban: 自…至…止，禁止…. */
const BEFORE_VERB = /^(?:止|期间|内)?[)]?,?(?:将|被|应|对?其)?$/u;
/** Where such dates begin. Of a violation there stands more before them: 因其在…, 对…的违法行为. */
const BEGINNING = /(?:^|[,(])[自从在于]?$/u;
/** 自…之日起: counted from another day than that of the decision. */
const OTHER_START = /[自从]([^,，。；;]{0,20}?)(?:之日)?(?:起|始)/u;
/** 不予禁止, 解除: no ban is imposed there. */
const NEGATED = /(?:不予|免予|免于|解除|撤销|不再)$/u;

/**
 * The ban in the text of a penalty: a verb (禁止), an object (参加政府采购活动) and a length beside or between them, or two
 * dates. A fine, a warning, an entry in the record of bad conduct are none. The first day is not counted, so the term
 * ends with the day of the same number (民法典 201, 202). What is not certain is `unclear`: it is for a person to read, and
 * so is every clause that has an object and a verb or a length in another wording: a ban that is not seen lets a barred
 * firm pass.
 */
export function banIn(text: string, rule: BanRule, issuedOn: CalendarDate): Ban {
  const clauses = toSimplified(text.normalize('NFKC'))
    .replaceAll(/[^\S\n]/g, '')
    .split(CLAUSE_END);
  const bans = clauses.flatMap((clause) => bansInClause(clause, rule, issuedOn));
  const [first] = bans;
  if (first === undefined) return { kind: 'none' };
  const same = bans.every(
    (ban) => ban.kind === 'ban' && first.kind === 'ban' && ban.from === first.from && ban.until === first.until,
  );
  return same ? first : { kind: 'unclear' };
}

function bansInClause(clause: string, rule: BanRule, issuedOn: CalendarDate): Ban[] {
  // The longest first: 政府采购 stands within 参加政府采购活动, and counts only where it stands alone.
  const taken = new Set<number>();
  const bans = rule.objects
    .toSorted((one, other) => other.length - one.length)
    .flatMap((object) => {
      const found: Ban[] = [];
      for (let at = clause.indexOf(object); at >= 0; at = clause.indexOf(object, at + object.length)) {
        if (taken.has(at)) continue;
        for (let index = at; index < at + object.length; index += 1) taken.add(index);
        const verb = lastVerb(clause.slice(0, at), rule.verbs);
        if (verb !== undefined)
          found.push(
            banAt(clause, { start: verb.start, verbEnd: verb.end, at, end: at + object.length }, rule, issuedOn),
          );
      }
      return found;
    });
  const inOtherWords =
    taken.size > 0 ? rule.verbs.some((verb) => clause.includes(verb)) || hasLength(clause) : clause.includes(SHUT_OUT);
  return bans.length === 0 && inOtherWords ? [{ kind: 'unclear' }] : bans;
}

/** 拉入黑名单，3年禁入: from what, the text leaves out. */
const SHUT_OUT = '禁入';
const ANY_LENGTH = new RegExp(LENGTH, 'u');

/** Dates aside: 24年 in 2024年 is no length. */
const hasLength = (clause: string): boolean => ANY_LENGTH.test(clause.replaceAll(ANY_DATE, ''));

/** The verb that governs an object stands before it. */
function lastVerb(before: string, verbs: readonly string[]): { start: number; end: number } | undefined {
  const found = verbs
    .map((verb) => ({ start: before.lastIndexOf(verb), length: verb.length }))
    .filter(({ start }) => start >= 0)
    .toSorted((one, other) => other.start - one.start)[0];
  return found && { start: found.start, end: found.start + found.length };
}

interface Place {
  readonly start: number;
  readonly verbEnd: number;
  readonly at: number;
  readonly end: number;
}

function banAt(clause: string, { start, verbEnd, at, end }: Place, rule: BanRule, issuedOn: CalendarDate): Ban {
  const unclear: Ban = { kind: 'unclear' };
  const [before, between, after] = [clause.slice(0, start), clause.slice(verbEnd, at), clause.slice(end)];
  if (NEGATED.test(before)) return unclear;
  const [dates, ...furtherDates] = clause.matchAll(DATES);
  if (dates !== undefined) {
    const { index } = dates;
    const [whole, one = '', other = ''] = dates;
    const isTerm =
      index >= end
        ? BEHIND_OBJECT.test(clause.slice(end, index))
        : BEGINNING.test(clause.slice(0, index)) && BEFORE_VERB.test(clause.slice(index + whole.length, start));
    const [from, until] = [readDate(one), readDate(other)];
    if (!isTerm || furtherDates.length > 0 || from === undefined || until === undefined || until < from) return unclear;
    // A ban is imposed by its decision, not for the time before it; whether a length beside the dates agrees is not guessed.
    const isCertain = from >= issuedOn && until <= addYears(from, rule.longestYears) && !hasLength(clause);
    return isCertain ? { kind: 'ban', from, until } : unclear;
  }
  if (startsOtherwise(clause)) return unclear;
  const lengths = [
    lengthIn(LENGTH_BEFORE.exec(before)),
    NOTHING_BETWEEN.test(between) ? undefined : (lengthIn(LENGTH_BETWEEN.exec(between)) ?? 0),
    lengthAfter(LENGTH_AFTER.exec(after)),
  ].filter((months) => months !== undefined);
  const [months = 0, ...others] = lengths;
  if (others.length > 0 || months <= 0 || months > rule.longestYears * MONTHS) return unclear;
  return { kind: 'ban', from: issuedOn, until: addMonths(issuedOn, months) };
}
const MONTHS = 12;

/** The decision's own day is the usual beginning; of service, of publication the row has no date. */
function startsOtherwise(clause: string): boolean {
  const [, from] = OTHER_START.exec(clause) ?? [];
  return (
    from !== undefined &&
    !/^(?:本|该|行政)*(?:处罚|处理)?(?:决定|决定书)?(?:作出)?$/u.test(from.replace('处罚决定', '决定'))
  );
}

/** Months; 0 for a range or a part of a length, which leave the term open. */
function lengthIn(match: RegExpExecArray | null): number | undefined {
  if (!match) return undefined;
  const [, neighbour = '', number = '', unit = ''] = match;
  return NOT_ALONE.test(neighbour) ? 0 : numberOf(number) * (unit === '年' ? MONTHS : 1);
}

function lengthAfter(match: RegExpExecArray | null): number | undefined {
  if (!match) return undefined;
  const [, , number = '', unit = '', neighbour = ''] = match;
  return LENGTH_ENDS.test(neighbour) ? numberOf(number) * (unit === '年' ? MONTHS : 1) : 0;
}

const DIGITS = '零一二三四五六七八九';

/** 0 for what is no number under a hundred. */
function numberOf(text: string): number {
  if (/^[0-9]+$/.test(text)) return Number(text);
  const [, tens, ten, ones = ''] = /^([一二两三四五六七八九]?)(十?)([一二两三四五六七八九]?)$/u.exec(text) ?? [];
  const digit = (character: string) => Math.max(0, DIGITS.indexOf(character === '两' ? '二' : character));
  if (tens === undefined || ten === undefined) return 0;
  if (ten === '') return ones === '' && tens !== '' ? digit(tens) : tens === '' ? digit(ones) : 0;
  return (tens === '' ? 1 : digit(tens)) * 10 + (ones === '' ? 0 : digit(ones));
}
