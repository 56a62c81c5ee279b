import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { CalendarDate } from '../kernel/clock.ts';
import { SubjectKey } from '../subject/key.ts';
import { S, SS, stored } from './attributes.ts';
import { endedMonth } from './keys.ts';
import { monthsOf } from './months-of.ts';
import { query } from './seal-reader.ts';

const EntryItem = stored({ sk: S, subjects: z.pipe(SS, z.array(SubjectKey)) });
/** After every entry of a day. */
const END = '~';

/** Of whom something ended on these days, each once; found for as long as the papers of ended listings are kept. */
export async function subjectsWithExits(
  client: DynamoDBClient,
  table: string,
  { from, to }: { readonly from: CalendarDate; readonly to: CalendarDate },
): Promise<SubjectKey[]> {
  const subjects = new Set<SubjectKey>();
  for (const month of monthsOf(from, to))
    for await (const item of query(client, table, { pk: endedMonth(month), from, to: `${to}${END}` }))
      for (const subject of EntryItem.parse(item).subjects) subjects.add(subject);
  return [...subjects];
}
