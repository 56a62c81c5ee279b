import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { AnnotationRequest, annotate } from '../../lib/check-log/annotation.ts';
import { detailOf } from '../../lib/check-log/detail.ts';
import { EXPORT_TYPES, ExportRequest, exportPage, formatFor } from '../../lib/check-log/export.ts';
import type { CheckLogReader, LookLog, NoteWriter } from '../../lib/check-log/ports.ts';
import { putOnRecord } from '../../lib/check-log/put-on-record.ts';
import { type Found, type Searching, SearchParameters, SearchRequest, search } from '../../lib/check-log/search.ts';
import { signerOf } from '../../lib/check-log/signer.ts';
import { summariesOf } from '../../lib/check-log/summary.ts';
import { noSuchCheck } from '../../lib/check-log/visibility.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, type Claims, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Clock, Instant } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';

export interface ReviewPorts extends Pick<Searching, 'callers' | 'resolve' | 'subjectOf' | 'ring'> {
  /** Without what is past its time. */
  readonly log: CheckLogReader;
  /** Every look is itself on record before anything is shown. */
  readonly looks: LookLog;
  readonly notes: NoteWriter;
  /** The catalogue in force, for the texts of the guards. */
  readonly catalogue: () => Promise<Catalogue>;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** Who looks, and whose records may be seen; undefined for an auditor, who sees all. */
interface Looker {
  readonly by: Claims;
  readonly only: string | undefined;
}

/** `GET /v1/checks/{id}`, `GET /v1/checks`, `POST /v1/checks/search`, `POST /v1/checks/export` and an auditor's annotations. */
export function reviewHandler(ports: ReviewPorts) {
  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    if (request.route === 'POST /v1/checks/{id}/annotations') return annotated(request, ports);
    const by = authorise(request, SCOPES.read, SCOPES.audit);
    const looker = { by, only: by.scopes.has(SCOPES.audit) ? undefined : by.client_id };
    switch (request.route) {
      case 'GET /v1/checks/{id}':
        return detail(request, looker, ports);
      case 'POST /v1/checks/export':
        return exported(request, looker, ports);
      case 'POST /v1/checks/search':
        return found(readBody(request, SearchRequest), looker, ports);
      default:
        return found(readQuery(request, SearchParameters), looker, ports);
    }
  };
  return apiHandler(answer, { takesQuery: 'GET /v1/checks', whenDown: 'evidence-unavailable' });
}

/** What an id can be; an attempt with anything else is no look at a record. */
const RECORD_ID = /^[\w-]{22}$/;

async function detail(
  { path: { id = '' }, language }: ApiRequest,
  { by, only }: Looker,
  { log, looks, catalogue, clock }: ReviewPorts,
): Promise<ApiReply> {
  const found = await log.record(id);
  const now = clock();
  const visible = found && (only === undefined || found.record.caller === only) ? found : undefined;
  await putOnRecord(
    looks,
    by,
    {
      kind: 'detail',
      subjects: visible?.record.subjects.flatMap(({ key }) => key ?? []) ?? [],
      ...(RECORD_ID.test(id) && { checkId: id }),
      results: visible ? 1 : 0,
    },
    now,
  );
  if (!visible) throw noSuchCheck();
  const { record, notes } = visible;
  const { guards } = await catalogue();
  return {
    status: 200,
    body: detailOf(record, notes, guards, language, only === undefined ? 'auditor' : 'caller'),
    log: { checkId: record.id, caller: record.caller },
  };
}

/** Shows nothing of the record. */
async function annotated(request: ApiRequest, { log, notes, clock }: ReviewPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.audit);
  const body = readBody(request, AnnotationRequest);
  const record = (await log.record(request.path.id ?? ''))?.record;
  const now = clock();
  if (!record) throw noSuchCheck();
  const annotation = annotate(body, signerOf(by), now);
  await notes.append(record, { kind: 'annotation', ...annotation });
  return { status: 201, body: { checkId: record.id, ...annotation }, log: { checkId: record.id } };
}

async function found(request: SearchRequest, looker: Looker, ports: ReviewPorts): Promise<ApiReply> {
  const now = ports.clock();
  const page = await search(request, ports.log, searching(looker, ports));
  // How much is shown is known: the look is written while the answer is made, and no answer leaves before both are done.
  const shown = async () => JSON.stringify({ items: summariesOf(page.rows, await page.masked()), next: page.next });
  const [, body] = await Promise.all([recordSearch('search', request, page, looker, ports, now), shown()]);
  return { status: 200, body, log: { items: page.rows.length } };
}

/** Where the cursor of the next page stands: the body is the file, and nothing else. */
const NEXT_HEADER = 'grantgate-next';

async function exported(request: ApiRequest, looker: Looker, ports: ReviewPorts): Promise<ApiReply> {
  const format = formatFor(request.headers.accept);
  if (!format)
    throw new Problem('invalid-request', {
      zh: `导出格式为 ${Object.values(EXPORT_TYPES).join(' 或 ')}`,
      en: `An export is ${Object.values(EXPORT_TYPES).join(' or ')}.`,
    });
  const asked = readBody(request, ExportRequest);
  const now = ports.clock();
  const found = await search(asked, ports.log, searching(looker, ports), 'spread');
  const [masked, principals] = await Promise.all([
    found.masked(),
    ports.log.principals(found.rows.map(({ id }) => id)),
  ]);
  const page = exportPage(found, { masked, principals }, format, asked.cursor === undefined, request.language);
  await recordSearch('export', asked, { ...found, rows: found.rows.slice(0, page.lines) }, looker, ports, now);
  return {
    status: 200,
    body: page.text,
    headers: {
      'content-type': `${EXPORT_TYPES[format]}; charset=utf-8`,
      'content-disposition': `attachment; filename="checks.${format}"`,
      ...(page.next !== null && { [NEXT_HEADER]: page.next }),
    },
    log: { items: page.lines },
  };
}

const searching = ({ only }: Looker, ports: ReviewPorts): Searching => ({
  ...ports,
  only,
  key: ports.recordKey,
});

function recordSearch(
  kind: 'search' | 'export',
  { subject: _, cursor: __, limit: ___, purpose, principal, ...asked }: SearchRequest,
  { rows, subjects }: Found,
  { by }: Looker,
  { looks }: ReviewPorts,
  now: Instant,
) {
  const shown = { ...asked, principal: principal && `${principal.scheme}:${principal.id}` };
  return putOnRecord(looks, by, { kind, subjects, asked: shown, purpose, results: rows.length }, now);
}
