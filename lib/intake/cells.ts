import type { CalendarDate } from '../kernel/clock.ts';
import { type Bilingual, text } from '../kernel/text.ts';
import type { CsvRecord } from './csv.ts';
import { readDate } from './dates.ts';
import type { Layout } from './layout.ts';
import type { Field, Profile } from './profile.ts';
import type { QuarantineCode, RowFault } from './quarantine.ts';

const LIST_SEPARATOR = /[;；]/;
// Built once: a schema made for every cell costs more than all the rest of its reading.
const TEXTS = { short: { max: 200, schema: text(200) }, long: { max: 1_000, schema: text(1_000) } } as const;
type TextLength = keyof typeof TEXTS;
// What a decoder puts where it could not read: the name is damaged for good (S17).
const DAMAGED = '\ufffd';

/** One record read by a profile. What is wrong is collected, so that a row's faults are all told at once. */
export class Cells {
  readonly faults: RowFault[] = [];
  readonly line: number;
  readonly #record: CsvRecord;
  readonly #layout: Layout;
  readonly #profile: Profile;

  constructor(record: CsvRecord, layout: Layout, profile: Profile) {
    this.line = record.line;
    this.#record = record;
    this.#layout = layout;
    this.#profile = profile;
    if (record.misquoted || record.cells.length !== layout.width)
      this.faults.push({
        column: '',
        code: 'malformed-row',
        advice: {
          zh: `应有 ${layout.width} 列、现有 ${record.cells.length} 列，或引号未成对：含逗号、引号、换行的内容须加引号`,
          en: `${layout.width} cells expected, ${record.cells.length} found, or a quote is not doubled: quote what holds commas, quotes or line breaks`,
        },
      });
  }

  /** The cell or the profile's constant, trimmed; empty where there is none. */
  value(field: Field): string {
    const index = this.#layout.fields.get(field);
    const cell = index === undefined ? '' : (this.#record.cells[index] ?? '').trim();
    return cell === '' ? (this.#profile.constants[field] ?? '') : cell;
  }

  fail(field: Field, code: QuarantineCode, advice: Bilingual): undefined {
    this.faults.push({ column: this.#profile.columns[field]?.headers[0] ?? field, code, advice });
    return undefined;
  }

  /** A value that the row must have; undefined, and a fault, where it is empty. */
  required(field: Field): string | undefined {
    const value = this.value(field);
    return value === ''
      ? this.fail(field, 'missing-field', { zh: '该项必填', en: 'the cell must not be empty' })
      : value;
  }

  /** One line of text; undefined where it is empty, or unfit to be shown. */
  text(field: Field, length: TextLength): string | undefined {
    const value = this.value(field);
    if (value === '') return undefined;
    const { max, schema } = TEXTS[length];
    const parsed = schema.safeParse(value);
    if (parsed.success && !value.includes(DAMAGED)) return parsed.data;
    return this.fail(field, 'invalid-value', {
      zh: `应为一行文字，不超过 ${max} 个字符，不含控制字符和乱码`,
      en: `one line of at most ${max} characters without control or replacement characters`,
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
    const values = this.many(field).map((value) => codes.find((known) => known === value));
    const known = values.filter((value) => value !== undefined);
    return known.length === values.length ? [...new Set(known)] : this.#unknown(field, codes, code);
  }

  /** What stands between the semicolons. */
  many(field: Field): string[] {
    return this.value(field)
      .split(LIST_SEPARATOR)
      .map((value) => value.trim())
      .filter((value) => value !== '');
  }

  date(field: Field): CalendarDate | undefined {
    const value = this.value(field);
    if (value === '') return undefined;
    return (
      readDate(value) ??
      this.fail(field, 'bad-date', {
        zh: '不是日期，应如 2018-04-08、2018年04月08日、2018/04/08、20180408',
        en: 'not a date such as 2018-04-08, 2018年04月08日, 2018/04/08, 20180408',
      })
    );
  }

  requiredDate(field: Field): CalendarDate | undefined {
    return this.required(field) === undefined ? undefined : this.date(field);
  }

  /** The columns that stay with the document, empty ones left out. */
  kept(): Record<string, string> {
    return Object.fromEntries(
      [...this.#layout.kept].flatMap(([name, index]) => {
        const cell = (this.#record.cells[index] ?? '').trim();
        return cell === '' ? [] : [[name, cell] as const];
      }),
    );
  }

  #unknown(field: Field, codes: readonly string[], code: QuarantineCode): undefined {
    const known = codes.join(', ');
    return this.fail(field, code, { zh: `可用的代码：${known}`, en: `the codes are ${known}` });
  }
}
