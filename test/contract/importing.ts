import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import * as z from 'zod';
import type { ApiClient } from '../api-client.ts';

const Proposed = z.object({
  id: z.uuid(),
  state: z.literal('awaiting-upload'),
  upload: z.object({ url: z.url(), headers: z.record(z.string(), z.string()), expiresAt: z.iso.datetime() }),
});
export type Proposed = z.infer<typeof Proposed>;
const Shown = z.looseObject({ state: z.string(), quarantine: z.url().optional() });

/** The body that proposes a file of that content. */
export const order = (text: string | Uint8Array, changes: Record<string, unknown> = {}) => ({
  profile: 'generic',
  source: 'penalty-publicity',
  mode: 'delta',
  file: { name: 'list.csv', size: Buffer.byteLength(text) },
  ...changes,
});

export function upload({ upload: { url, headers } }: Proposed, text: string | Uint8Array<ArrayBuffer>) {
  // fetch counts the bytes itself.
  const { 'content-length': _, ...others } = headers;
  return fetch(url, { method: 'PUT', headers: others, body: text });
}

/** Files on their way through the door of a stack, which is there by the time of the first. */
export function importingInto(stack: () => ApiClient) {
  const propose = async (text: string | Uint8Array, changes: Record<string, unknown> = {}) => {
    const reply = await stack().call('POST', '/v1/imports', { as: 'admin', body: order(text, changes) });
    expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
    return Proposed.parse(reply.json);
  };
  const show = async (id: string, as = 'admin') => Shown.parse((await stack().get(`/v1/imports/${id}`, as)).json);
  async function ended(id: string, states = ['done', 'refused', 'failed', 'awaiting-approval']) {
    for (;;) {
      const reply = await stack().get(`/v1/imports/${id}`, 'admin');
      // An engine that the workers keep busy may answer too late for a reader: 503 says to ask again.
      const shown = reply.status === 503 ? undefined : Shown.parse(reply.json);
      if (shown && states.includes(shown.state)) return shown;
      await setTimeout(100);
    }
  }
  /** From the proposal to the end, of a file that needs no second person. */
  async function bring(text: string, changes: Record<string, unknown> = {}) {
    const proposed = await propose(text, changes);
    expect((await upload(proposed, text)).status).toBe(200);
    const shown = await ended(proposed.id);
    expect(shown).toMatchObject({ state: 'done' });
    return shown;
  }
  return { propose, show, ended, bring };
}
