import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Head } from '../../lib/catalogue/head.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, type Claims, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Import, ImportOrder } from '../../lib/intake/import.ts';
import { importView, progressOf } from '../../lib/intake/import-view.ts';
import { objectNames } from '../../lib/intake/ports.ts';
import { ApprovalRequest, approved, declined, proposed } from '../../lib/intake/propose.ts';
import { sourceReport } from '../../lib/intake/source-report.ts';
import type { SourceState } from '../../lib/intake/source-state.ts';
import type { ImportStore } from '../../lib/intake/step.ts';
import { type Clock, instant, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { Signature } from '../../lib/listing/event.ts';
import { conflictPage } from './conflict-page.ts';
import { type ImportsInState, importPage } from './import-page.ts';

interface Upload {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ImportPorts {
  readonly imports: Pick<ImportStore, 'read' | 'change' | 'pieces'> & {
    create(created: Import): Promise<boolean>;
    sources(ids: readonly string[]): Promise<ReadonlyMap<string, SourceState>>;
    conflicts: Parameters<typeof conflictPage>[1];
    inState: ImportsInState;
  };
  readonly links: {
    upload(name: string, size: number, seconds: number): Promise<Upload>;
    download(name: string, seconds: number): Promise<string>;
  };
  readonly flow: { goOn(importId: string): Promise<void> };
  readonly catalogue: () => Promise<Catalogue>;
  readonly head: () => Promise<Head | undefined>;
  readonly newId: () => string;
  readonly clock: Clock;
}

const UPLOAD_SECONDS = 3_600;
const DOWNLOAD_SECONDS = 900;
const CONFLICTS_ROUTE = 'GET /v1/conflicts';
const LIST_ROUTE = 'GET /v1/imports';

/** `POST /v1/imports`, `GET /v1/imports`, `GET /v1/imports/{id}`, its approval, `GET /v1/sources` and `GET /v1/conflicts`. */
export function importsHandler(ports: ImportPorts) {
  return apiHandler(
    async (request) => {
      switch (request.route) {
        case 'POST /v1/imports':
          return propose(request, ports);
        case LIST_ROUTE:
          authorise(request, SCOPES.admin, SCOPES.approve);
          return importPage(request, ports.imports.inState);
        case 'POST /v1/imports/{id}/approval':
          return approve(request, ports);
        case 'GET /v1/sources':
          return sources(request, ports);
        case CONFLICTS_ROUTE:
          authorise(request, SCOPES.steward);
          return conflictPage(request, ports.imports.conflicts);
        default:
          return show(request, ports);
      }
    },
    { takesQuery: [CONFLICTS_ROUTE, LIST_ROUTE] },
  );
}

async function propose(request: ApiRequest, ports: ImportPorts): Promise<ApiReply> {
  const claims = authorise(request, SCOPES.admin);
  const order = readBody(request, ImportOrder);
  const now = ports.clock();
  const created = proposed(ports.newId(), order, signatureOf(claims), await ports.catalogue(), now);
  await ports.imports.create(created);
  const upload = await ports.links.upload(objectNames.upload(created.id), order.file.size, UPLOAD_SECONDS);
  const expiresAt = toIso(instant(now + UPLOAD_SECONDS * 1_000));
  return {
    status: 201,
    body: { ...importView(created, request.language), upload: { ...upload, expiresAt } },
    headers: { location: `/v1/imports/${created.id}` },
    log: { importId: created.id, state: created.state },
  };
}

async function show(request: ApiRequest, ports: ImportPorts): Promise<ApiReply> {
  authorise(request, SCOPES.admin, SCOPES.approve);
  const found = await ports.imports.read(request.path.id ?? '');
  if (!found) throw unknownImport();
  return { status: 200, body: await viewOf(found, request, ports), log: { importId: found.id, state: found.state } };
}

async function approve(request: ApiRequest, ports: ImportPorts): Promise<ApiReply> {
  const claims = authorise(request, SCOPES.approve);
  const id = request.path.id ?? '';
  if (!(await ports.imports.read(id))) throw unknownImport();
  const { decision = 'approve', ground } = request.body.length === 0 ? {} : readBody(request, ApprovalRequest);
  const by = signatureOf(claims);
  const after = await ports.imports.change(id, (before) =>
    decision === 'approve' ? approved(before, by) : declined(before, by, ground),
  );
  if (decision === 'approve') await ports.flow.goOn(id);
  return { status: 200, body: await viewOf(after, request, ports), log: { importId: id, state: after.state } };
}

async function viewOf(found: Import, { language }: ApiRequest, { imports, links }: ImportPorts) {
  const progress =
    found.state === 'planning' || found.state === 'running'
      ? progressOf(found, await imports.pieces(found.id, 'diff'), await imports.pieces(found.id, 'work'))
      : undefined;
  return {
    ...importView(found, language),
    ...(progress && { progress }),
    ...(found.planFile && { planFile: await links.download(objectNames.planFile(found.id), DOWNLOAD_SECONDS) }),
    ...(found.quarantineFile && {
      quarantine: await links.download(objectNames.quarantine(found.id), DOWNLOAD_SECONDS),
    }),
  };
}

async function sources(request: ApiRequest, ports: ImportPorts): Promise<ApiReply> {
  authorise(request, SCOPES.admin, SCOPES.approve, SCOPES.steward, SCOPES.audit);
  const [catalogue, head] = await Promise.all([ports.catalogue(), ports.head()]);
  const states = await ports.imports.sources(catalogue.sources.map(({ id }) => id));
  const now = ports.clock();
  const items = catalogue.sources.map((source) => {
    const { name, ...report } = sourceReport(source, states, head?.freshAsOf[source.id], now);
    return { ...report, name: name[request.language] };
  });
  return { status: 200, body: { items } };
}

const signatureOf = ({ sub, person, authority }: Claims): Signature => ({
  actor: sub,
  ...(person !== undefined && { person }),
  ...(authority !== undefined && { authority }),
});

const unknownImport = () => new Problem('not-found', { zh: '没有该导入', en: 'No such import.' });
