import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, readQuery } from '../../lib/edge/request.ts';
import { type Import, ImportState } from '../../lib/intake/import.ts';
import { ImportsQuery, importView } from '../../lib/intake/import-view.ts';
import { cursorAt, limitOf, placeIn } from './place.ts';

const PLACE = /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z#[0-9a-f-]{36}$/;

interface Line {
  readonly import: Import;
  readonly place: string;
}

/** Imports of one state before a place, newest first. */
export type ImportsInState = (
  state: ImportState,
  before: string | undefined,
  limit: number,
) => Promise<{ readonly lines: readonly Line[]; readonly reached: string | undefined }>;

/** A page of imports of one state or of all, newest first. */
export async function importPage(request: ApiRequest, inState: ImportsInState): Promise<ApiReply> {
  const { state, limit: wanted, cursor } = readQuery(request, ImportsQuery);
  const [limit, before] = [limitOf(wanted), placeIn(cursor, PLACE)];
  const states = state === undefined ? ImportState.options : [state];
  const parts = await Promise.all(states.map((each) => inState(each, before, limit + 1)));
  // Of a state that has more, nothing is known from there on: what is older in the others waits for the next page.
  const [known = ''] = parts
    .flatMap(({ reached }) => reached ?? [])
    .toSorted()
    .toReversed();
  // One that moves from state to state meanwhile may be seen in both.
  const lines = new Map(parts.flatMap((part) => part.lines.map((line) => [line.place, line])));
  const page = [...lines.values()]
    .filter(({ place }) => place >= known)
    .toSorted((one, other) => (one.place > other.place ? -1 : 1))
    .slice(0, limit);
  const last = page.at(-1);
  const isLast = known === '' && page.length === lines.size;
  return {
    status: 200,
    body: {
      items: page.map((line) => importView(line.import, request.language)),
      next: last === undefined || isLast ? null : cursorAt(last.place),
    },
    log: { items: page.length },
  };
}
