import type { Item } from '../../lib/dynamo/attributes.ts';
import { TABLES } from '../../lib/dynamo/tables.ts';
import { recordedItem } from './captured.ts';
import { type Figure, note } from './table.ts';
import type { Work } from './work.ts';

// List prices of us-east-1, on demand, in US dollars, as the pages of AWS had them in 2025: to be checked before use.
const MILLION = 1_000_000;
/** https://aws.amazon.com/dynamodb/pricing/on-demand/, Standard table class. */
const READ_UNITS = 0.125 / MILLION;
const WRITE_UNITS = 0.625 / MILLION;
const STORED_GB_MONTH = 0.25;
/** https://aws.amazon.com/lambda/pricing/, arm64, first tier. */
const GB_SECOND = 0.0000133334;
const INVOCATION = 0.2 / MILLION;
/** https://aws.amazon.com/api-gateway/pricing/, HTTP API, first 300 million a month. */
const API_REQUEST = 1.0 / MILLION;
/** https://aws.amazon.com/cloudwatch/pricing/, Logs, standard class, taken in. */
const LOG_GB = 0.5;

/** As infra/aws/function-plans.ts gives it. */
const MEMORY_GB = 1;
/** Not measured here: two requests to DynamoDB in the region, and the work between them. */
const BILLED_SECONDS = 0.025;
const BYTES_PER_GB = 1e9;
/** Lambda's START, END and REPORT, and the 26 bytes that CloudWatch adds to each line. */
const LAMBDA_LOG_BYTES = 600;
/** What DynamoDB adds to every item and to every entry of an index. */
const ITEM_OVERHEAD = 100;
const MONTHS = 12;

/** What a million checks like this one cost, and what keeping their records costs. */
export function costOf(name: string, work: Work): Figure {
  const database = work.readUnits * READ_UNITS + work.writeUnits * WRITE_UNITS;
  const compute = INVOCATION + BILLED_SECONDS * MEMORY_GB * GB_SECOND;
  const logs = ((work.logBytes + LAMBDA_LOG_BYTES) / BYTES_PER_GB) * LOG_GB;
  const stored = (storedBytes(recordedItem(work)) / BYTES_PER_GB) * STORED_GB_MONTH * MONTHS;
  const dollars = (one: number) => `$${(one * MILLION).toFixed(2)}`;
  return note(
    `a million checks, ${name}`,
    `${dollars(database + compute + logs + API_REQUEST)}: DynamoDB ${dollars(database)}, Lambda ${dollars(compute)}, ` +
      `API ${dollars(API_REQUEST)}, logs ${dollars(logs)}; ${dollars(stored)} for each year that they are kept`,
  );
}

/** The item and its copies in the indexes. */
function storedBytes(item: Item): number {
  const { partitionKey, sortKey, indexes } = TABLES.checkLog;
  const copies = Object.values(indexes).map((index) =>
    sizeOf(item, [partitionKey, sortKey, index.partitionKey, index.sortKey, ...index.projected]),
  );
  return [sizeOf(item, Object.keys(item)), ...copies].reduce((sum, bytes) => sum + bytes + ITEM_OVERHEAD, 0);
}

const sizeOf = (item: Item, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + Buffer.byteLength(name) + valueSize(item[name]), 0);

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function valueSize(value: Item[string] | undefined): number {
  if (value?.S !== undefined) return Buffer.byteLength(value.S);
  if (value?.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value?.B !== undefined) return value.B.length;
  return (value?.L ?? []).reduce((sum, each) => sum + 1 + valueSize(each), value?.L ? 3 : 0);
}
