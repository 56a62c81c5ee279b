import {
  approve,
  CallerApplication,
  CallerChange,
  change,
  type RegisteredCaller,
} from '../../lib/check/registration.ts';
import { type ApiReply, apiHandler } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Problem } from '../../lib/kernel/problem.ts';

/** Where callers are kept. */
export interface CallerPorts {
  read(id: string): Promise<RegisteredCaller | undefined>;
  /** Resolves with false where the caller is not (any more) what it was taken for. */
  write(caller: RegisteredCaller, before: RegisteredCaller | undefined): Promise<boolean>;
  /** The scenes of the catalogue in force. */
  scenes(): Promise<readonly string[]>;
}

/** `POST /v1/callers`, `POST /v1/callers/{id}/approval` and `PATCH /v1/callers/{id}`. */
export function callersHandler(store: CallerPorts) {
  return apiHandler(async (request) => {
    switch (request.route) {
      case 'POST /v1/callers':
        return apply(request, store);
      case 'POST /v1/callers/{id}/approval': {
        const { sub } = authorise(request, SCOPES.approve);
        return move(request, store, (caller) => approve(caller, sub));
      }
      default: {
        authorise(request, SCOPES.admin);
        const wanted = readBody(request, CallerChange);
        await assertScenes(wanted.scenes ?? [], store);
        return move(request, store, (caller) => change(caller, wanted));
      }
    }
  });
}

async function apply(request: ApiRequest, store: CallerPorts): Promise<ApiReply> {
  const { sub } = authorise(request, SCOPES.admin);
  const application = readBody(request, CallerApplication);
  await assertScenes(application.scenes, store);
  const caller: RegisteredCaller = { ...application, state: 'pending', appliedBy: sub };
  if (!(await store.write(caller, undefined)))
    throw new Problem('conflict', { zh: '该调用单位已登记', en: 'This caller is registered already.' });
  return { status: 201, body: caller, headers: { location: `/v1/callers/${encodeURIComponent(caller.id)}` } };
}

async function move(
  { path }: ApiRequest,
  store: CallerPorts,
  next: (caller: RegisteredCaller) => RegisteredCaller,
): Promise<ApiReply> {
  const before = await store.read(path.id ?? '');
  if (!before) throw new Problem('not-found', { zh: '没有该调用单位', en: 'No such caller.' });
  const after = next(before);
  if (!(await store.write(after, before)))
    throw new Problem('conflict', { zh: '该调用单位刚被更改，请重试', en: 'The caller has just changed: try again.' });
  return { status: 200, body: after, log: { caller: after.id } };
}

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
