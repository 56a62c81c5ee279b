import type { CalendarDate } from '../kernel/clock.ts';
import { addDays } from '../kernel/clock.ts';
import { type Bilingual, holdsResidentNumber, text } from '../kernel/text.ts';
import { FLAW_ADVICE, flawedCells, misshapenRecord } from './cell-flaws.ts';
import { compose } from './composed.ts';
import { readDate, readEnd, readYear } from './dates.ts';
import type { Layout } from './layout.ts';
import type { Field, Profile } from './profile.ts';
import type { QuarantineCode, RowFault } from './quarantine.ts';
import type { FileRecord } from './record.ts';

const LIST_SEPARATOR = /[;；]/;
/**
 * Of what stays with one document. An item of the table has 400 KB at most, and a transaction of 33 rows 4 MB; the longest
 * decision in a cell has a few.
 */
const MAX_KEPT_BYTES = 64 * 1024;
const TOO_LARGE = {
  zh: `该行保留的文字超过 ${MAX_KEPT_BYTES / 1024} KB，请缩短此列，全文以文书为准`,
  en: `the texts of this row are longer than ${MAX_KEPT_BYTES / 1024} KB: shorten this column, the document itself has the whole`,
};
// Built once: a schema made for every cell costs more than all the rest of its reading.
const TEXTS = { short: { max: 200, schema: text(200) }, long: { max: 1_000, schema: text(1_000) } } as const;
type TextLength = keyof typeof TEXTS;

const PERSONAL_DATA = {
  zh: '含有居民身份证号码，请删去',
  en: 'a resident’s number stands here: remove it',
};
const ABSENT = {
  zh: '缺少该项；确无内容的，写成 "" 或 null',
  en: 'is not there: where there is nothing to say, write "" or null',
};
const DATES: ReadonlySet<Field> = new Set(['issuedOn', 'from', 'until']);

/** What the sender of a file states for all of its rows. */
export type Given = Partial<Record<Field, string>>;

/** One record read by a profile. What is wrong is collected, so that a row's faults are all told at once. */
export class Cells {
  readonly faults: RowFault[] = [];
  readonly line: number;
  /** Cells may stand in the wrong columns: none is to be read, as every further fault would be a guess. */
  readonly unreadable: boolean;
  readonly layout: Layout;
  readonly #record: FileRecord;
  readonly #profile: Profile;
  readonly #given: Given;
  /** Cells that are not what they seem, by their index. */
  readonly #flawed = new Set<number>();

  constructor(record: FileRecord, layout: Layout, profile: Profile, given: Given = {}) {
    this.line = record.line;
    this.layout = layout;
    this.#record = record;
    this.#profile = profile;
    this.#given = given;
    const misshapen = misshapenRecord(record, layout);
    this.unreadable = misshapen !== undefined;
    if (misshapen) this.faults.push(misshapen);
    for (const { index, column, code } of this.unreadable ? [] : flawedCells(record, layout, profile)) {
      this.#flawed.add(index);
      this.faults.push({ column, code, advice: FLAW_ADVICE[code] });
    }
    for (const column of this.unreadable ? [] : (record.absent ?? []))
      this.faults.push({ column, code: 'missing-field', advice: ABSENT });
  }

  /** What stands at a place, trimmed; empty where the profile's word for nothing stands. */
  at(index: number): string {
    const cell = (this.#record.cells[index] ?? '').trim();
    return this.#flawed.has(index) || this.#profile.empty?.includes(cell) ? '' : cell;
  }

  /** The cell, what was stated for the file, the profile's constant or its composed value; empty where there is none. */
  value(field: Field): string {
    const index = this.layout.fields.get(field);
    const cell = index === undefined ? '' : this.at(index);
    if (cell !== '' || (index !== undefined && this.#flawed.has(index))) return cell;
    return this.#given[field] ?? this.#profile.constants[field] ?? this.#composed(field);
  }

  fail(field: Field, code: QuarantineCode, advice: Bilingual): undefined {
    return this.failAt(this.nameOf(field), code, advice);
  }

  /** What the column is called in messages. */
  nameOf(field: Field): string {
    return this.#profile.columns[field]?.headers[0] ?? field;
  }

  /** A column is told once to be flawed: what follows from that is no fault of its own. */
  failAt(column: string, code: QuarantineCode, advice: Bilingual): undefined {
    const told = this.faults.some(
      (fault) => fault.column === column && (fault.code in FLAW_ADVICE || fault.advice === ABSENT),
    );
    if (!told) this.faults.push({ column, code, advice });
    return undefined;
  }

  /** A value that the row must have; undefined, and a fault, where it is empty. */
  required(field: Field): string | undefined {
    const value = this.value(field);
    if (value !== '') return value;
    // What it is composed of is at fault, and told already.
    if (this.#profile.composed?.[field] !== undefined && this.faults.length > 0) return undefined;
    return this.fail(field, 'missing-field', { zh: '该项必填', en: 'the cell must not be empty' });
  }

  /** One line of text; undefined where it is empty, or unfit to be shown. */
  text(field: Field, length: TextLength): string | undefined {
    const value = this.value(field);
    if (value === '') return undefined;
    const { max, schema } = TEXTS[length];
    const parsed = schema.safeParse(value);
    if (parsed.success && holdsResidentNumber(value)) return this.fail(field, 'personal-data', PERSONAL_DATA);
    if (parsed.success) return parsed.data;
    return this.fail(field, 'invalid-value', {
      zh: `应为一行文字，不超过 ${max} 个字符，不含控制字符`,
      en: `one line of at most ${max} characters without control characters`,
    });
  }

  requiredText(field: Field, length: TextLength): string | undefined {
    return this.required(field) === undefined ? undefined : this.text(field, length);
  }

  /** One of some codes; undefined where it is empty, or another. */
  oneOf<const T extends string>(
    field: Field,
    codes: readonly T[],
    code: QuarantineCode = 'invalid-value',
  ): T | undefined {
    const value = this.value(field);
    if (value === '') return undefined;
    return codes.find((known) => known === value) ?? this.#unknown(field, codes, code);
  }

  /** Codes separated by semicolons; undefined where one of them is none of `codes`. */
  manyOf<const T extends string>(
    field: Field,
    codes: readonly T[],
    code: QuarantineCode = 'invalid-value',
  ): T[] | undefined {
    const values = this.value(field)
      .split(LIST_SEPARATOR)
      .map((value) => value.trim())
      .filter((value) => value !== '')
      .map((value) => codes.find((known) => known === value));
    const known = values.filter((value) => value !== undefined);
    return known.length === values.length ? [...new Set(known)] : this.#unknown(field, codes, code);
  }

  date(field: Field): CalendarDate | undefined {
    const value = this.value(field);
    if (value === '') return undefined;
    const { year } = this.#profile.columns[field] ?? {};
    return (year && readYear(value, year)) ?? readDate(value, this.#profile.dates) ?? this.#noDate(field);
  }

  requiredDate(field: Field): CalendarDate | undefined {
    return this.required(field) === undefined ? undefined : this.date(field);
  }

  /** A last day; null where the cell says that there is none; undefined where it is empty, or no date. */
  end(field: Field): CalendarDate | null | undefined {
    const value = this.value(field);
    if (value === '') return undefined;
    const end = readEnd(value, this.#profile.dates);
    if (end === undefined) return this.#noDate(field);
    return end !== null && this.#profile.columns[field]?.exclusive ? addDays(end, -1) : end;
  }

  /** The columns that stay with the document, empty ones left out. */
  kept(): Record<string, string> {
    const kept = [...this.layout.kept].flatMap(([name, index]) => {
      const cell = this.at(index);
      if (holdsResidentNumber(cell)) this.failAt(name, 'personal-data', PERSONAL_DATA);
      return cell === '' ? [] : [[name, cell] as const];
    });
    const bytes = kept.reduce((sum, [, cell]) => sum + Buffer.byteLength(cell), 0);
    if (bytes > MAX_KEPT_BYTES) {
      const [longest] = kept.toSorted(([, one], [, other]) => other.length - one.length);
      this.failAt(longest?.[0] ?? '', 'row-too-large', TOO_LARGE);
    }
    return Object.fromEntries(kept);
  }

  #composed(field: Field): string {
    const template = this.#profile.composed?.[field];
    return template === undefined ? '' : compose(template, this.#profile, (other) => this.#plain(other));
  }

  /** A date in the one form, so that another way of writing it does not make another document. */
  #plain(field: Field): string {
    const value = this.value(field);
    const { year } = this.#profile.columns[field] ?? {};
    if (!DATES.has(field)) return value;
    return (year && readYear(value, year)) ?? readDate(value, this.#profile.dates) ?? value;
  }

  #noDate(field: Field): undefined {
    return this.fail(field, 'bad-date', {
      zh: '不是日期，应如 2018-04-08、2018年04月08日、2018/04/08、20180408',
      en: 'not a date such as 2018-04-08, 2018年04月08日, 2018/04/08, 20180408',
    });
  }

  #unknown(field: Field, codes: readonly string[], code: QuarantineCode): undefined {
    const known = codes.join(', ');
    return this.fail(field, code, { zh: `可用的代码：${known}`, en: `the codes are ${known}` });
  }
}
