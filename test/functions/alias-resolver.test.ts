import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import { aliasResolver } from '../../lib/dynamo/alias-resolver.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { registrationNoCheckDigit } from '../../lib/subject/registration-no.ts';
import { bytesOf, codesOf, readAll } from '../domain/reading.ts';
import { tie } from '../tied.ts';

const HEADER = '企业名称,统一社会信用代码/注册号,列入日期,作出决定机关(列入)';
const TIED = '110108000000016';
const ATTESTED = '91350100M000100Y44';
const SUBJECT = organisationKey('M000100Y4');

let engine: Engine;
let client: DynamoDBClient;
beforeAll(async () => {
  engine = await startEngine({ dataFolder: ':memory:' });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'local', credentials });
  await createTables(client);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

it('leads rows to the subject that a steward has tied their number to, more than one read asks for', async () => {
  const store = new DynamoAliasStore(client, TABLE_NAMES.registry);
  await tie(store, { scheme: 'registration-no', value: TIED }, SUBJECT);
  await tie(store, { scheme: 'attested-code', value: ATTESTED }, SUBJECT);
  const strangers = Array.from({ length: 120 }, (_, index) => {
    const body = `4301000000${String(index).padStart(4, '0')}`;
    return body + registrationNoCheckDigit(body);
  });
  const lines = [TIED, ...strangers, ATTESTED, TIED].map((id) => `甲有限公司,${id},2025-01-01,某局\n`);
  const rows = await readAll(bytesOf(`${HEADER}\n${lines.join('')}`), 'abnormal-operation', {
    resolve: aliasResolver(client, TABLE_NAMES.registry),
  });
  expect(rows.map((row) => (row.ok ? row.row.keys[0] : codesOf(row)[0]))).toEqual([
    SUBJECT,
    ...strangers.map(() => '统一社会信用代码/注册号 unresolved-identifier'),
    SUBJECT,
    SUBJECT,
  ]);
});
