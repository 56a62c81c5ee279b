import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type CaseReport, caseDigest } from '../check-log/case-report.ts';
import type { CaseReader, CaseRow, FoundCase } from '../check-log/case-search.ts';
import { Note } from '../check-log/note.ts';
import type { LogRange, Stretch } from '../check-log/ports.ts';
import { salted } from './appended-items.ts';
import { appendedTerm } from './appended-term.ts';
import { type Item, jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import { indexStretch } from './index-stretch.ts';
import { casesOf, keyText, loggedAt, noteKey } from './keys.ts';
import { TERM, termOf } from './term.ts';

const TIMEOUT_MS = 5_000;

const NoteItem = stored({ ...TERM, body: jsonText(Note) });
/** As the index gives it. */
const RowItem = z.object({ at: S });

/** Cases: notes of their checks that the log's index of callers finds too. */
export class DynamoCaseReports implements CaseReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Resolves with the case as it was reported first, in the same words; undefined where this is the first. */
  async append(
    report: CaseReport,
    of: { readonly checkId: string; readonly caller: string; readonly keepUntil: string },
  ): Promise<CaseReport | undefined> {
    const noteId = noteIdOf(report);
    const term = await appendedTerm(this.#client, this.#table, { ...of, at: report.at });
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: {
            ...keyItem(noteKey(of.checkId, noteId)),
            v: toN(VERSION),
            body: toText(JSON.stringify({ kind: 'case', ...report })),
            ...salted(),
            callerHit: toS(casesOf(of.caller)),
            at: toS(`${loggedAt(report.at, of.checkId)}#${noteId}`),
            ...term,
          },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return reportIn(error.Item);
    }
  }

  stretch(caller: string, range: LogRange, limit: number): Promise<Stretch<CaseRow>> {
    const on = { client: this.#client, table: this.#table, index: 'byCaller', key: casesOf(caller) } as const;
    return indexStretch(on, range, limit, rowOf, () => true);
  }

  async reports(rows: readonly CaseRow[]): Promise<FoundCase[]> {
    const keys = rows.map(({ checkId, noteId }) => noteKey(checkId, noteId));
    const items = await batchGet(this.#client, this.#table, keys, AbortSignal.timeout(TIMEOUT_MS));
    return rows.flatMap(({ checkId, noteId }) => {
      const item = items.get(keyText(noteKey(checkId, noteId)));
      const report = item && reportIn(item);
      return report ? [{ ...report, checkId, keptUntil: termOf(NoteItem.parse(item)) }] : [];
    });
  }
}

/** Of the words alone: who says the same again, and when, makes no second case. */
const noteIdOf = ({ measure, effectiveOn, effect, attachments, subject }: CaseReport): string =>
  `case-${caseDigest({ subject, measure, effectiveOn, effect, attachments })}`;

function reportIn(item: Item): CaseReport | undefined {
  const note = NoteItem.parse(item).body;
  if (note.kind !== 'case') return undefined;
  const { kind: _, ...report } = note;
  return report;
}

function rowOf(item: Item): CaseRow {
  const { at } = RowItem.parse(item);
  const [, checkId = '', noteId = ''] = at.split('#');
  return { checkId, noteId, position: at };
}
