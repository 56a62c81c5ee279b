import { workingDaysBy } from '../../lib/calendar/working-days.ts';
import { type ListKeeping, type ListRule, ruleOf } from '../../lib/catalogue/list-rule.ts';
import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Instant, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { afterReading } from '../../lib/listing/after-reading.ts';
import {
  ActivationRequest,
  activate,
  assertNoBlack,
  DecisionRequest,
  decideListing,
  HearingRequest,
  openHearing,
} from '../../lib/listing/decision.ts';
import type { Signature } from '../../lib/listing/event.ts';
import {
  IdentificationRequest,
  type Meant,
  proposedTogether,
  proposeIdentification,
  signIdentification,
} from '../../lib/listing/identification.ts';
import { MarkRequest, proposeMark, signMark } from '../../lib/listing/mark.ts';
import { type Moving, move, type Seen, type Step, seeBeside } from '../../lib/listing/move.ts';
import { assertKnownByCode, assertOneFirm } from '../../lib/listing/one-firm.ts';
import { phaseOf } from '../../lib/listing/phase.ts';
import { StandingMoved } from '../../lib/listing/ports.ts';
import { ListingProposal } from '../../lib/listing/proposal.ts';
import { propose as candidate, type Proposed } from '../../lib/listing/propose.ts';
import { isViolation } from '../../lib/listing/proposed-measures.ts';
import { upward, walked } from '../../lib/listing/reach.ts';
import { refusalOf } from '../../lib/listing/refusal.ts';
import { proposeRevocation, RevocationRequest, signRevocation } from '../../lib/listing/revocation.ts';
import { signatureOf } from '../../lib/listing/signer.ts';
import type { Listing, Standing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';
import { answering, type Desk, deskFor, hearingsOf, type ListingPorts, moving, ownRule, ruleFor } from './ports.ts';
import { shown } from './shown.ts';

/** `POST /v1/listings`: a steward proposes. */
export async function propose(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward);
  const proposal = readBody(request, ListingProposal);
  const { signer, keeping, catalogue } = desk;
  const rule = ruleOf(keeping, proposal.domain, proposal.list);
  const kept = keeping.rules.some(({ domain }) => domain === proposal.domain);
  if (
    (kept && !signer.domains.includes(proposal.domain)) ||
    (rule && !rule.authorities.includes(signer.authority ?? ''))
  ) {
    await record(desk, proposal, 'unauthorised-finding', ports);
    throw notYours(keeping, rule);
  }
  const now = ports.clock();
  let proposed: Proposed;
  try {
    proposed = candidate(proposal, { catalogue, keeping, ring: ports.ring, signer, id: ports.newId(), now });
  } catch (error) {
    if (error instanceof Problem && !rule) await record(desk, proposal, 'uncatalogued-list', ports);
    else if (error instanceof Problem && error.extras.errors?.some(isViolation))
      await record(desk, proposal, 'uncatalogued-measure', ports);
    throw error;
  }
  const { listing, entry } = proposed;
  const { standing, key } = await written(proposed, signatureOf(signer), moving(ports, desk)).catch(notMade);
  return {
    status: 201,
    body: shown(
      { file: { listingId: listing.id, subject: key, entry, cases: [] }, standing },
      listing,
      desk.workingDays,
      rule?.hearing.path,
    ),
    headers: { location: `/v1/listings/${listing.id}` },
    log: { listingId: listing.id },
  };
}

/** What is refused before there is a listing has no state of its own. */
function notMade(error: unknown): never {
  if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
  throw new Problem('conflict', error.detail, { state: 'none', allows: [], routes: [], ...error.extras });
}

/** Who may keep a list stands in the catalogue, and is no secret. */
function notYours({ authorities }: ListKeeping, rule: ListRule | undefined): Problem {
  const may = authorities.filter(({ code }) => rule?.authorities.includes(code));
  const named = (language: 'zh' | 'en') => may.map(({ code, name }) => `${name[language]} (${code})`);
  return new Problem('forbidden', {
    zh: `令牌所载的部门无权在该领域认定这种名单；依目录清单有权认定的：${named('zh').join('、') || '无'}`,
    en: `The token's authority may not keep this list in this domain; by the catalogue these may: ${named('en').join(', ') || 'none'}.`,
  });
}

const ATTEMPTS = 8;

/** Writes the candidate on the standing as it is then; a red one only where no black listing is in force. */
async function written(
  { keys, subject, listing, entry, names }: Proposed,
  by: Signature,
  { store, clock, abolitions, hearingOf }: Moving,
): Promise<{ standing: Standing; key: SubjectKey }> {
  for (let attempt = 1; ; attempt += 1) {
    const { key, change } = await afterReading(store, clock, async (read, at) => {
      const known = await read.standings(keys);
      if (listing.list === 'red') {
        const tied = await walked(known, known.keys(), upward, (more) => read.standings(more));
        for (const each of known.keys()) assertNoBlack(each, tied, { at, abolitions });
      }
      // A person may stand under an older key: there is one standing of them, and it is that one.
      const key = keys.find((each) => known.has(each)) ?? keys[0];
      const before = subjectAs(subject, known.get(key));
      const twin = twinOf(listing, before);
      if (twin) {
        const { cases = [] } = (await store.file(twin.id)) ?? {};
        throw refusalOf(isThere(twin), twin, { cases, hearing: hearingOf?.(twin) });
      }
      return { key, change: advance(before, [{ type: 'proposed', listing }], by, at, abolitions) };
    });
    try {
      await store.commit([
        { key, change, documents: [{ listingId: listing.id, subject: key, fields: {}, entry }], names },
      ]);
      return { standing: change.after, key };
    } catch (error) {
      if (!(error instanceof StandingMoved)) throw error;
      if (attempt === ATTEMPTS)
        throw new Problem('conflict', { zh: '该主体刚有变动，请重试', en: 'The subject has just changed: try again.' });
    }
  }
}

/**
 * The subject as it is known from now on: its first full code and name.
 * @throws Problem `conflict` where another full code of the same 主体标识码 is known, which only a steward's alias settles
 */
function subjectAs(given: Standing['subject'], known: Standing | undefined): Standing {
  if (!known) return unknownSubject(given);
  const { code, confirmedCodes, name } = known.subject;
  if (given.code !== undefined && code !== undefined && given.code !== code && !confirmedCodes?.includes(given.code))
    throw new Problem(
      'conflict',
      {
        zh: '该主体标识码已对应另一统一社会信用代码，须先以 POST /v1/aliases 确认为同一主体',
        en: 'Another full code is known under this 主体标识码: confirm them as one subject with POST /v1/aliases first.',
      },
      { routes: ['POST /v1/aliases'] },
    );
  const first = code ?? given.code;
  const firstName = name ?? given.name;
  return {
    ...known,
    subject: {
      ...known.subject,
      ...(first !== undefined && { scheme: 'uscc', code: first }),
      ...(firstName !== undefined && { name: firstName }),
    },
  };
}

/** One document lists a subject once in a domain: a proposal that was sent twice is not a second ban. */
function twinOf({ domain, document }: Listing, { listings }: Standing): Listing | undefined {
  const plain = (number: string) => number.normalize('NFKC').replace(/[\s〔〕[\]()]/g, '');
  return listings.find(
    (each) =>
      each.domain === domain && each.state !== 'ended' && plain(each.document.number) === plain(document.number),
  );
}

const isThere = (twin: Listing): Problem =>
  new Problem('conflict', {
    zh: `该主体在该领域已有依据同一文书的名单记录 ${twin.id}，状态为 ${phaseOf(twin)}`,
    en: `The subject has a listing by the same document in this domain already: ${twin.id}, which is ${phaseOf(twin)}.`,
  });

/** What the rules forbid is refused and stays known (H21(二)). */
function record(
  { signer }: Desk,
  { domain, list, measures }: ListingProposal,
  kind: 'uncatalogued-measure' | 'uncatalogued-list' | 'unauthorised-finding',
  { violations, clock }: ListingPorts,
): Promise<void> {
  const { actor, person, authority } = signer;
  return violations.append({
    at: toIso(clock()),
    kind,
    who: { actor, person, ...(authority !== undefined && { authority }) },
    what: { domain, list, ...(measures.length > 0 && { measures: measures.join(' ').slice(0, 500) }) },
  });
}

/** `POST /v1/listings/{id}/publicity`: by publicity or by notice, as the list's rule has it. */
export async function publicity(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward);
  const body = readBody(request, HearingRequest);
  return act(request, ports, desk, (seen, now) =>
    openHearing(seen, body, ruleFor(seen, desk), desk.workingDays, desk.signer, now),
  );
}

/** `POST /v1/listings/{id}/decision`: another person signs. */
export async function decision(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.approve);
  const body = readBody(request, DecisionRequest);
  return act(request, ports, desk, (seen, now) => {
    ruleFor(seen, desk);
    return decideListing(seen, body, desk.workingDays, desk.signer, now);
  });
}

/** `POST /v1/listings/{id}/activation`: what was decided comes into force. */
export async function activation(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward, SCOPES.approve);
  readBody(request, ActivationRequest);
  return act(request, ports, desk, (seen, now) => {
    ruleFor(seen, desk);
    return activate(seen, { ...desk, now, newId: ports.newId });
  });
}

/** `POST /v1/listings/{id}/revocation`: a steward proposes, an approver signs. */
export async function revocation(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward, SCOPES.approve);
  const body = readBody(request, RevocationRequest);
  return act(request, ports, desk, (seen, now) => {
    ownRule(seen, desk);
    return desk.signer.scopes.has(SCOPES.approve)
      ? signRevocation(seen, body, desk.signer, now)
      : proposeRevocation(seen, body, desk.workingDays, desk.signer, now);
  });
}

/**
 * `POST /v1/listings/{id}/identification`: whose a listing under a name is, or is not, and others under that name with it;
 * proposed by one, signed by another.
 */
export async function identification(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward, SCOPES.approve);
  const body = readBody(request, IdentificationRequest);
  const signs = desk.signer.scopes.has(SCOPES.approve);
  return act(request, ports, desk, async (seen, now) => {
    const meant = (each: Seen): Meant => ({ seen: each, answering: answering(each, desk, now) });
    const main = meant(seen);
    const others = await seeBeside(seen, signs ? proposedTogether(seen) : (body.also ?? []), ports.store);
    const step = (signs ? signIdentification : proposeIdentification)([main, ...others.map(meant)], body);
    await assertKnownByCode(step.cases, ports.store);
    await assertOneFirm(step.cases, seen.standing, ports.store);
    return step;
  });
}

/** `POST /v1/listings/{id}/{proceedings,reorganisation}`: a steward proposes, an approver signs. */
export async function mark(request: ApiRequest, ports: ListingPorts): Promise<ApiReply> {
  const desk = await deskFor(request, ports, SCOPES.steward, SCOPES.approve);
  const body = readBody(request, MarkRequest);
  const what = request.route.endsWith('/reorganisation') ? 'reorganisation' : 'proceedings';
  return act(request, ports, desk, (seen, now) => {
    ownRule(seen, desk);
    return desk.signer.scopes.has(SCOPES.approve)
      ? signMark(seen, what, body, desk.signer, now)
      : proposeMark(seen, what, body, desk.workingDays, desk.signer, now);
  });
}

async function act(
  request: ApiRequest,
  ports: ListingPorts,
  desk: Desk,
  step: (seen: Seen, now: Instant) => Step | Promise<Step>,
): Promise<ApiReply> {
  const id = request.path.id ?? '';
  const { seen, after } = await move(id, moving(ports, desk), step);
  const workingDays = workingDaysBy(await ports.calendars());
  return {
    status: 200,
    body: shown(seen, after, workingDays, hearingsOf(desk.keeping)(after)),
    log: { listingId: id },
  };
}
