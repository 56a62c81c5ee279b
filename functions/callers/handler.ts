import {
  appliedBy,
  approve,
  CallerApplication,
  CallerChange,
  type CallerEvent,
  CallerParameters,
  CallerRenewal,
  change,
  endingBy,
  type RegisteredCaller,
  renew,
} from '../../lib/check/registration.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, type Claims, readBody, readQuery } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';

/** Where callers are kept. */
export interface CallerPorts {
  read(id: string): Promise<RegisteredCaller | undefined>;
  /** What happened to a caller, oldest first. */
  history(id: string): Promise<readonly CallerEvent[]>;
  ids(): Promise<readonly string[]>;
  /** Resolves with false where the caller is not (any more) what it was taken for. */
  move(event: CallerEvent, before: RegisteredCaller | undefined): Promise<boolean>;
  /** The scenes of the catalogue in force. */
  scenes(): Promise<readonly string[]>;
  readonly clock: Clock;
}

const LIST = 'GET /v1/callers';

/** 调用单位登记: application, approval, change and renewal, all on record. */
export function callersHandler(store: CallerPorts) {
  return apiHandler(
    async (request) => {
      switch (request.route) {
        case LIST:
          return list(request, store);
        case 'GET /v1/callers/{id}':
          return show(request, store);
        case 'POST /v1/callers':
          return apply(request, store);
        case 'POST /v1/callers/{id}/approval': {
          const by = authorise(request, SCOPES.approve);
          return move(request, store, by, (caller) => [
            caller.renewal ? 'renewal-approved' : 'approved',
            approve(caller, by),
          ]);
        }
        case 'POST /v1/callers/{id}/renewal': {
          const by = authorise(request, SCOPES.admin);
          const applied = readBody(request, CallerRenewal);
          await assertScenes(applied.scenes ?? [], store);
          return move(request, store, by, (caller) => ['renewal-applied', renew(caller, applied, by, store.clock())]);
        }
        default: {
          const by = authorise(request, SCOPES.admin);
          const wanted = readBody(request, CallerChange);
          await assertScenes(wanted.scenes ?? [], store);
          return move(request, store, by, (caller) => ['changed', change(caller, wanted)]);
        }
      }
    },
    { takesQuery: LIST },
  );
}

async function list(request: ApiRequest, store: CallerPorts): Promise<ApiReply> {
  authorise(request, SCOPES.admin, SCOPES.approve, SCOPES.audit);
  const { endsBy } = readQuery(request, CallerParameters);
  const read = await Promise.all((await store.ids()).toSorted().map((id) => store.read(id)));
  const callers = read.flatMap((caller) => caller ?? []);
  return { status: 200, body: { items: endsBy === undefined ? callers : endingBy(callers, endsBy) } };
}

async function show(request: ApiRequest, store: CallerPorts): Promise<ApiReply> {
  authorise(request, SCOPES.admin, SCOPES.approve, SCOPES.audit);
  const caller = await store.read(request.path.id ?? '');
  if (!caller) throw noSuchCaller();
  return { status: 200, body: { ...caller, history: await store.history(caller.id) }, log: { caller: caller.id } };
}

async function apply(request: ApiRequest, store: CallerPorts): Promise<ApiReply> {
  const by = authorise(request, SCOPES.admin);
  const application = readBody(request, CallerApplication);
  await assertScenes(application.scenes, store);
  const caller: RegisteredCaller = { ...application, state: 'pending', ...appliedBy(by) };
  if (!(await store.move(eventOf('applied', caller, by, store), undefined)))
    throw new Problem('conflict', { zh: '该调用单位已登记', en: 'This caller is registered already.' });
  return { status: 201, body: caller, headers: { location: `/v1/callers/${encodeURIComponent(caller.id)}` } };
}

async function move(
  { path }: ApiRequest,
  store: CallerPorts,
  by: Claims,
  next: (caller: RegisteredCaller) => [CallerEvent['kind'], RegisteredCaller],
): Promise<ApiReply> {
  const before = await store.read(path.id ?? '');
  if (!before) throw noSuchCaller();
  const [kind, after] = next(before);
  if (!(await store.move(eventOf(kind, after, by, store), before)))
    throw new Problem('conflict', { zh: '该调用单位刚被更改，请重试', en: 'The caller has just changed: try again.' });
  return { status: 200, body: after, log: { caller: after.id } };
}

const eventOf = (
  kind: CallerEvent['kind'],
  caller: RegisteredCaller,
  { sub, person }: Claims,
  { clock }: CallerPorts,
): CallerEvent => ({
  at: toIso(clock()),
  kind,
  by: { actor: sub, ...(person !== undefined && { person }) },
  caller,
});

const noSuchCaller = (): Problem => new Problem('not-found', { zh: '没有该调用单位', en: 'No such caller.' });

/** A misspelt scene would refuse every check of the caller, far from whoever misspelt it. */
async function assertScenes(wanted: readonly string[], store: CallerPorts): Promise<void> {
  const known = await store.scenes();
  const unknown = wanted.filter((scene) => !known.includes(scene));
  if (unknown.length === 0) return;
  const message = {
    zh: `目录清单中没有场景 ${unknown.join('、')}，见 GET /v1/catalogue`,
    en: `${unknown.join(', ')}: no scene of GET /v1/catalogue`,
  };
  throw new Problem('invalid-request', message, { errors: [{ pointer: '/scenes', code: 'unknown-scene', message }] });
}
