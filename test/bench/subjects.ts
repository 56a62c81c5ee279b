import { createHash } from 'node:crypto';
import { addDays, type CalendarDate, dateOf, systemClock } from '../../lib/kernel/clock.ts';
import type { Listing, Standing } from '../../lib/listing/standing.ts';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';

/** An organisation that is made up, with the listings that are in force for it. */
export interface MadeUp {
  readonly uscc: string;
  readonly code9: string;
  readonly name: string;
  readonly listings: readonly Listing[];
}

/** Published files have mostly one row for a debtor, and some several. */
const LISTINGS_OF = [1, 1, 1, 2, 3];
/** Subjects from here on are on no list. */
const CLEAN_FROM = 60_000_000;
const SPECIAL_FROM = 70_000_000;
const COURTS = ['长沙市岳麓区人民法院', '哈尔滨市南岗区人民法院', '哈尔滨市香坊区人民法院', '湖南省长沙市中级人民法院'];
const TRADES = ['建筑工程', '电气', '物业管理', '信息技术', '园林绿化', '医疗器械'];
const MEASURES = ['no-government-procurement', 'no-mandatory-tender', 'no-fiscal-fund', 'no-land', 'no-commendation'];
const PREFIX = '91430100';
/** As the import makes an id: 128 bits in hex, which no compression makes shorter. */
const ID_LENGTH = 32;
const DAYS_OF_NEWS = 700;
const EXPIRED_DAYS_AGO = 30;

const today = dateOf(systemClock());

/** A subject of the court's list, by its number: the same at every run. */
export function subject(number: number): MadeUp {
  return madeUp(number, LISTINGS_OF[number % LISTINGS_OF.length] ?? 1, null);
}

/** Subjects that hold so many listings together. */
export function* subjectsFor(listings: number): Generator<MadeUp> {
  for (let number = 0, made = 0; made < listings; number += 1) {
    const each = subject(number);
    made += each.listings.length;
    yield each;
  }
}

export const cleanSubject = (number: number): MadeUp => madeUp(CLEAN_FROM + number, 0, null);

/** One listing, and three, and three whose term is over; the court debtor with 28 listings; one with 2,000. */
export const SPECIAL = {
  one: madeUp(SPECIAL_FROM + 1, 1, null),
  three: madeUp(SPECIAL_FROM + 3, 3, null),
  over: madeUp(SPECIAL_FROM + 4, 3, addDays(today, -EXPIRED_DAYS_AGO)),
  debtor: withCode('744190927', '91230199', 28, null),
  huge: madeUp(SPECIAL_FROM + 5, 2_000, null),
} as const;

function madeUp(number: number, listings: number, until: CalendarDate | null): MadeUp {
  const body = String(10_000_000 + number);
  return withCode(`${body}${orgCodeCheckCharacter(body)}`, PREFIX, listings, until);
}

function withCode(code9: string, prefix: string, listings: number, until: CalendarDate | null): MadeUp {
  const body = `${prefix}${code9}`;
  const number = Number(code9.slice(0, -1));
  return {
    uscc: `${body}${usccCheckCharacter(body)}`,
    code9,
    name: `长沙第${number}${TRADES[number % TRADES.length]}有限公司`,
    listings: Array.from({ length: listings }, (_, index) => courtListing(code9, index, until)),
  };
}

/** Shaped as the import makes a row of the court's published list. */
function courtListing(code9: string, index: number, until: CalendarDate | null): Listing {
  const seed = createHash('sha256').update(`${code9}/${index}`).digest();
  const day = addDays(today, -1 - EXPIRED_DAYS_AGO - (seed.readUInt16BE(0) % DAYS_OF_NEWS));
  return {
    id: `imp-${seed.toString('hex').slice(0, ID_LENGTH)}`,
    source: 'court-defaulters-list',
    list: 'black',
    domain: 'court-defaulters',
    authority: COURTS[seed.readUInt8(2) % COURTS.length] ?? '',
    grade: 'serious',
    document: {
      number: `（${day.slice(0, 4)}）黑0103执${seed.readUInt16BE(3)}号`,
      type: 'court-enforcement-decision',
      issuedOn: day,
    },
    measures: MEASURES,
    from: day,
    until,
    repair: { repairable: true },
    state: 'active',
  };
}

export const standingOf = ({ uscc, name, listings }: MadeUp): Standing => ({
  version: listings.length,
  subject: { scheme: 'uscc', code: uscc, name },
  listings: [...listings],
});
