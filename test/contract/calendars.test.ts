import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_REGION } from '../../infra/local/stack.ts';
import { SHIPPED_CALENDARS } from '../../lib/calendar/shipped.ts';
import { addWorkingDays } from '../../lib/calendar/working-days.ts';
import { DynamoCalendarStore } from '../../lib/dynamo/calendar-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { calendarsKey } from '../../lib/dynamo/keys.ts';
import { CalendarDate } from '../../lib/kernel/clock.ts';
import { type ApiClient, startSampleStack } from '../api-client.ts';
import { faultsIn, problemIn } from './shapes.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const NOTICE = '国务院办公厅关于2027年部分节假日安排的通知（样例）';
const days = {
  notice: NOTICE,
  daysOff: ['2027-01-01', '2027-01-02', '2027-01-03', '2027-10-01'],
  makeUpDays: ['2027-01-09'],
};
const put = (year: string, body: unknown, as = 'admin') => api.call('PUT', `/v1/calendars/${year}`, { as, body });
const show = (year: string) => api.call('GET', `/v1/calendars/${year}`);
const client = () => dynamoClient({ endpoint: api.stack.endpoint, region: LOCAL_REGION });
const store = () => new DynamoCalendarStore(client(), api.stack.registryTable);

describe('a calendar', () => {
  test('of a known year is shown to everyone', async () => {
    const reply = await show('2026');
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({ ...SHIPPED_CALENDARS.get(2026), workingDays: 248 });
    expect(reply.headers.get('cache-control')).toBe('public, max-age=60');
  });

  test.each(['2023', '2999', 'next', '0x7ea', '%20'])('of the year %s is not known', async (year) => {
    problemIn(await show(year), 404, 'not-found');
  });

  test('is given by the operator without a release, and counts from then on', async () => {
    problemIn(await show('2027'), 404, 'not-found');
    const from = CalendarDate.parse('2026-12-04');
    expect(addWorkingDays(from, 20, await store().calendars())).toEqual({ day: '2027-01-01', provisional: true });

    // 261 weekdays of 2027, two of them off, one Saturday worked.
    expect(await put('2027', days)).toMatchObject({
      status: 200,
      json: { year: 2027, ...days, workingDays: 260, revision: 1 },
    });
    expect((await show('2027')).json).toEqual({ year: 2027, ...days, workingDays: 260 });
    expect(addWorkingDays(from, 20, await store().calendars())).toEqual({ day: '2027-01-04', provisional: false });
  });

  test('is corrected, also a shipped one; the others stay, and who gave each is kept', async () => {
    const before = await store().calendars();
    const shipped = SHIPPED_CALENDARS.get(2026);
    const body = { notice: '更正', daysOff: [...(shipped?.daysOff ?? []), '2026-12-31'], makeUpDays: [] };
    expect(await put('2026', body)).toMatchObject({ status: 200, json: { workingDays: 241, revision: 2 } });
    const after = await store().calendars();
    expect(after.get(2026)).toEqual({ year: 2026, ...body });
    expect(new Map([...after].filter(([year]) => year !== 2026))).toEqual(
      new Map([...before].filter(([year]) => year !== 2026)),
    );
    const { Items } = await client().send(
      new QueryCommand({
        TableName: api.stack.registryTable,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
        ExpressionAttributeValues: { ':pk': { S: calendarsKey.pk }, ':event': { S: 'E#' } },
      }),
    );
    expect(Items?.map(({ by, body: given }) => [JSON.parse(by?.S ?? ''), JSON.parse(given?.S ?? '').year])).toEqual([
      [{ actor: 'admin', person: 'administrator-xu' }, 2027],
      [{ actor: 'admin', person: 'administrator-xu' }, 2026],
    ]);
  });

  test('is the administrator’s to give', async () => {
    for (const as of ['procurement', 'steward-court', 'approver', 'auditor'])
      problemIn(await put('2028', { ...days, daysOff: ['2028-01-01'], makeUpDays: [] }, as), 403, 'forbidden');
    expect((await api.call('PUT', '/v1/calendars/2028', { body: days })).status).toBe(401);
    problemIn(await show('2028'), 404, 'not-found');
  });
});

test.each([
  [
    'another year’s days',
    '2028',
    days,
    ['daysOff/0', 'daysOff/1', 'daysOff/2', 'daysOff/3', 'makeUpDays/0'],
    'other-year',
  ],
  ['a make-up day in the week', '2027', { ...days, makeUpDays: ['2027-01-08'] }, ['makeUpDays/0'], 'not-a-weekend'],
  ['a day off that is worked', '2027', { ...days, makeUpDays: ['2027-01-02'] }, ['makeUpDays/0'], 'off-and-worked'],
  ['a day twice', '2027', { ...days, daysOff: ['2027-01-01', '2027-01-01'] }, ['daysOff/1'], 'duplicate-date'],
  ['no day off at all', '2027', { ...days, daysOff: [] }, ['daysOff'], 'too-small'],
  ['a date that is none', '2027', { ...days, daysOff: ['2027-02-29'] }, ['daysOff/0'], 'not-allowed'],
  ['no notice', '2027', { daysOff: days.daysOff, makeUpDays: [] }, ['notice'], 'missing'],
  ['a field too many', '2027', { ...days, by: 'someone' }, ['by'], 'unknown-field'],
  ['the year 27', '27', days, ['year'], 'wrong-type'],
  ['the year 9999', '9999', days, ['year'], 'too-large'],
])('a calendar with %s is refused', async (_, year, body, pointers, code) => {
  const before = await store().calendars();
  const faults = faultsIn(problemIn(await put(year, body), 400, 'invalid-request'));
  expect(faults).toEqual(expect.arrayContaining(pointers.map((pointer) => `/${pointer} ${code}`)));
  expect(await store().calendars()).toEqual(before);
});
