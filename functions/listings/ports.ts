import { type Calendars, workingDaysBy } from '../../lib/calendar/working-days.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { authoritiesOf, type ListKeeping, type ListRule, ruleOf } from '../../lib/catalogue/list-rule.ts';
import { type ApiRequest, signing } from '../../lib/edge/request.ts';
import { SCOPES, type Scope } from '../../lib/edge/scopes.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { EventRecord } from '../../lib/listing/event.ts';
import type { ListingStore, Moving, Seen } from '../../lib/listing/move.ts';
import type { Answering } from '../../lib/listing/objection.ts';
import type { Papers } from '../../lib/listing/phase.ts';
import { assertOwn, type Signer } from '../../lib/listing/signer.ts';
import type { Listing } from '../../lib/listing/standing.ts';
import { abolitionsIn } from '../../lib/listing/term.ts';
import type { ViolationRegister } from '../../lib/listing/violation.ts';
import type { WorkingDays } from '../../lib/listing/working-days.ts';
import type { PersonKeyring, SubjectKey } from '../../lib/subject/key.ts';

export interface ListingPorts {
  readonly store: ListingStore & { history(key: SubjectKey): Promise<readonly EventRecord[]> };
  catalogue(): Promise<Catalogue>;
  keeping(): Promise<ListKeeping | undefined>;
  calendars(): Promise<Calendars>;
  readonly violations: ViolationRegister;
  readonly ring: PersonKeyring;
  readonly clock: Clock;
  /** An id that nobody can guess. */
  readonly newId: () => string;
}

/** What the steps of a request share. */
export interface Desk {
  readonly catalogue: Catalogue;
  readonly keeping: ListKeeping;
  readonly workingDays: WorkingDays;
  readonly signer: Signer & { readonly scopes: ReadonlySet<string> };
}

/**
 * The signer, and the rules as they are today.
 * @throws Problem `forbidden`
 */
export async function deskFor(request: ApiRequest, ports: ListingPorts, ...scopes: readonly Scope[]): Promise<Desk> {
  const signed = signing(request, ...scopes);
  const signer = { ...signed, onlySigns: !signed.scopes.has(SCOPES.steward) };
  const [catalogue, keeping, calendars] = await Promise.all([ports.catalogue(), ports.keeping(), ports.calendars()]);
  if (!keeping)
    throw new Problem(
      'conflict',
      {
        zh: '目录清单未规定名单如何管理，此处不能办理',
        en: 'The catalogue does not say how lists are kept: nothing of them can be done here.',
      },
      { state: 'not-kept', allows: [], routes: ['PUT /v1/catalogue'] },
    );
  return { catalogue, keeping, signer, workingDays: workingDaysBy(calendars) };
}

/** How the subject of a listing is heard, where the catalogue says it. */
export const hearingsOf =
  (keeping: ListKeeping | undefined) =>
  ({ domain, list }: Listing): Papers['hearing'] =>
    keeping && ruleOf(keeping, domain, list)?.hearing.path;

/** What its steps are taken with. */
export const moving = ({ store, clock }: ListingPorts, { catalogue, keeping }: Desk): Moving => ({
  store,
  clock,
  abolitions: abolitionsIn(catalogue),
  hearingOf: hearingsOf(keeping),
});

/** The rule of a listing that the signer may act on. */
export function ownRule({ listing, file }: Seen, { keeping, signer }: Desk): ListRule | undefined {
  const rule = ruleOf(keeping, listing.domain, listing.list);
  const authorities = authoritiesOf(keeping, listing.domain);
  assertOwn(signer, { domain: listing.domain, keeper: file.entry?.keeper, authorities });
  return rule;
}

/**
 * The same, where nothing can be done without a rule.
 * @throws Problem `conflict`
 */
export function ruleFor(seen: Seen, desk: Desk): ListRule {
  const rule = ownRule(seen, desk);
  if (rule) return rule;
  throw new Problem('conflict', {
    zh: '目录清单没有这种名单的规则',
    en: 'The catalogue has no rule for this kind of list.',
  });
}

/** Who owes an answer on a listing: who keeps it; for one from a file the first authority of its rule, or its domain's. */
export function answering(seen: Seen, desk: Desk, now: Answering['now']): Answering {
  const rule = ownRule(seen, desk);
  const owner =
    seen.file.entry?.keeper ?? rule?.authorities[0] ?? authoritiesOf(desk.keeping, seen.listing.domain)[0] ?? '';
  return {
    terms: desk.keeping.terms,
    workingDays: desk.workingDays,
    signer: desk.signer,
    owner,
    rule,
    lowerRule: ruleOf(desk.keeping, seen.listing.domain, 'ordinary'),
    now,
  };
}
