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
        return move(request, store, (caller) => change(caller, wanted));
      }
    }
  });
}

async function apply(request: ApiRequest, store: CallerPorts): Promise<ApiReply> {
  const { sub } = authorise(request, SCOPES.admin);
  const application = readBody(request, CallerApplication);
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
