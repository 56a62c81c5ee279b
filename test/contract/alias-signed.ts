import { expect } from 'vitest';
import * as z from 'zod';
import type { ApiClient } from '../api-client.ts';

const Shown = z.looseObject({ id: z.string(), state: z.string() });

/** An alias that a steward has proposed and another person signed; its id. */
export async function signedAlias(api: ApiClient, body: object, as = 'steward-court'): Promise<string> {
  const proposed = await api.call('POST', '/v1/aliases', { as, body });
  expect([proposed.status, proposed.text]).toEqual([201, expect.any(String)]);
  const { id } = Shown.parse(proposed.json);
  const signed = await api.call('POST', `/v1/aliases/${id}/signature`, { as: 'approver', body: {} });
  expect([signed.status, signed.text]).toEqual([200, expect.any(String)]);
  return id;
}

/** A signed alias that is taken back by two persons. */
export async function withdrawnAlias(api: ApiClient, id: string, as = 'steward-court'): Promise<void> {
  const body = { ground: '核对有误' };
  expect((await api.call('POST', `/v1/aliases/${id}/withdrawal`, { as, body })).status).toBe(200);
  expect((await api.call('POST', `/v1/aliases/${id}/signature`, { as: 'approver', body: {} })).status).toBe(200);
}
