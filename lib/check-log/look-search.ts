import * as z from 'zod/mini';
import type { Instant } from '../kernel/clock.ts';
import { keptText } from '../kernel/text.ts';
import { type Resolving, SubjectAsked, SubjectText, subjectKeys } from './asked-subject.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { Look } from './look.ts';
import { Limit, LimitText, pageOf, paging, rangeOf } from './page.ts';
import type { LookPartition, LookReader } from './ports.ts';

const filters = { client: z.optional(keptText(128)), check: z.optional(keptText(128)), ...paging };

/** The parameters of `GET /v1/looks`. */
export const LookParameters = z.strictObject({ ...filters, subject: z.optional(SubjectText), limit: LimitText });

/** The body of `POST /v1/looks/search`, which may name a person. */
export const LookRequest = z.strictObject({ ...filters, subject: z.optional(SubjectAsked), limit: Limit });
export type LookRequest = z.infer<typeof LookRequest>;

export const LookPage = z.object({ items: z.array(Look), next: z.nullable(z.string()) });

interface LookSearching extends Resolving {
  readonly key: Uint8Array;
  readonly now: Instant;
}

/** Who looked, newest first; and the keys of the subjects that were asked for. */
export async function searchLooks(
  request: LookRequest,
  looks: LookReader,
  searching: LookSearching,
): Promise<{ items: Look[]; next: string | null; subjects: readonly string[] }> {
  const { cursor, limit, ...query } = request;
  const subjects = query.subject && (await subjectKeys(query.subject, searching));
  const seal = JSON.stringify(['looks', query]);
  const range = {
    ...rangeOf(query.from, query.to),
    before: cursor === undefined ? undefined : openCursor(cursor, seal, searching.key),
  };
  const keep = ({ look, keptUntil }: { look: Look; keptUntil: number }): boolean =>
    keptUntil * 1000 > searching.now &&
    (query.client === undefined || look.by.client === query.client) &&
    (query.check === undefined || look.checkId === query.check);
  const partitions = await partitionsOf(query, subjects, looks);
  const stretches = await Promise.all(partitions.map((each) => looks.stretch(each, range, limit, keep)));
  const { rows, end } = pageOf(stretches, limit);
  return {
    items: rows.map(({ look }) => look),
    next: end === undefined ? null : sealCursor(end, seal, searching.key),
    subjects: subjects ?? [],
  };
}

async function partitionsOf(
  { check, client }: Pick<LookRequest, 'check' | 'client'>,
  subjects: readonly string[] | undefined,
  looks: LookReader,
): Promise<LookPartition[]> {
  if (check !== undefined && subjects === undefined) return [{ by: 'check', id: check }];
  if (subjects) return subjects.map((key) => ({ by: 'subject', key }));
  const clients = client === undefined ? await looks.clients() : [client];
  return clients.map((each) => ({ by: 'client', client: each }));
}
