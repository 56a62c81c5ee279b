import * as z from 'zod/mini';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { publish, switchCode } from '../../lib/catalogue/change.ts';
import type { Head } from '../../lib/catalogue/head.ts';
import type { ListKeeping } from '../../lib/catalogue/list-rule.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { type CalendarPorts, putCalendar, showCalendar } from './calendars.ts';

/** Where the catalogue and its head are kept. */
export interface CataloguePorts {
  current(): Promise<Catalogue>;
  keeping(): Promise<ListKeeping | undefined>;
  read(): Promise<Head | undefined>;
  /** Resolves with undefined where that version is published already. */
  change(next: (head: Head | undefined) => Head, published?: PublishedCatalogue): Promise<Head | undefined>;
}

/** What GET adds is the state of the day and no part of a catalogue: an edited answer can be put back as it is. */
function withoutState(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'switchedOff' && name !== 'freshAsOf'));
}

const SwitchRequest = z.strictObject({ state: z.enum(['off', 'on']) });

/**
 * `GET /v1/catalogue` and `GET /v1/calendars/{year}` for everyone; `PUT /v1/catalogue`, `PUT /v1/switches/{code}` and
 * `PUT /v1/calendars/{year}` for the administrator.
 */
export function catalogueHandler(store: CataloguePorts, calendars: CalendarPorts, clock: Clock) {
  return apiHandler(async (request) => {
    switch (request.route) {
      case 'GET /v1/catalogue':
        return show(store);
      case 'PUT /v1/catalogue':
        return put(request, store);
      case 'GET /v1/calendars/{year}':
        return showCalendar(request, calendars);
      case 'PUT /v1/calendars/{year}':
        return putCalendar(request, calendars, clock);
      default:
        return turn(request, store);
    }
  });
}

async function show(store: CataloguePorts): Promise<ApiReply> {
  const [catalogue, listKeeping, head] = await Promise.all([store.current(), store.keeping(), store.read()]);
  return {
    status: 200,
    body: {
      ...catalogue,
      ...(listKeeping && { listKeeping }),
      switchedOff: head?.switchedOff ?? [],
      freshAsOf: head?.freshAsOf ?? {},
    },
    headers: { 'cache-control': 'public, max-age=60' },
  };
}

async function put(request: ApiRequest, store: CataloguePorts): Promise<ApiReply> {
  authorise(request, SCOPES.admin);
  const catalogue = readBody(request, z.pipe(z.transform(withoutState), PublishedCatalogue));
  const head = await store.change((before) => publish(before, catalogue), catalogue);
  if (!head)
    throw new Problem('conflict', {
      zh: `目录清单 ${catalogue.version} 已发布，不能更改；请使用新的版本号`,
      en: `Catalogue ${catalogue.version} is published and never changes: use a new version.`,
    });
  return { status: 200, body: { version: catalogue.version, sequence: head.sequence } };
}

async function turn(request: ApiRequest, store: CataloguePorts): Promise<ApiReply> {
  authorise(request, SCOPES.admin);
  const { state } = readBody(request, SwitchRequest);
  const code = request.path.code ?? '';
  const catalogue = await store.current();
  const known = [
    ...catalogue.measures.map((measure) => measure.code),
    ...catalogue.domains.map((domain) => domain.code),
    ...catalogue.sources.map(({ id }) => id),
  ];
  if (!known.includes(code))
    throw new Problem('not-found', {
      zh: '目录清单中没有该措施、名单或来源',
      en: 'No measure, list or source of the catalogue has this code.',
    });
  const head = await store.change((before) => switchCode(before, code, state));
  return { status: 200, body: { code, state, sequence: head?.sequence } };
}
