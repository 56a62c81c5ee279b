import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BULK_RULES } from '../../lib/check-log/bulk-rules.ts';
import { type ApiClient, organisation, startSampleStack } from '../api-client.ts';
import { pageIn } from './shapes.ts';

const AT_ONCE = 10;

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack({ feeds: { meter: true, receive: () => undefined } });
});
afterAll(() => api?.stack.stop());

const registered = async () => (await api.get('/v1/violations', 'chief-auditor')).text;

test('a caller that looks up more subjects in an hour than anybody should is in the register of violations', async () => {
  const moreThan = BULK_RULES.find(({ counts }) => counts === 'subjects')?.moreThan ?? 0;
  // The hour may turn meanwhile: twice as many are too many in one of the two.
  for (let from = 0; from <= 2 * moreThan; from += AT_ONCE)
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, index) =>
        pageIn(await api.get(`/v1/checks?subject=uscc:${organisation(from + index)}`, 'procurement')),
      ),
    );
  const until = Date.now() + 20_000;
  while (!(await registered()).includes('bulk-query') && Date.now() < until) await setTimeout(100);
  expect(await registered()).toMatch(/"kind":"bulk-query".*"caller":"procurement"/);
}, 90_000);
