import type { Catalogue } from '../catalogue/catalogue.ts';
import { type ListKeeping, ruleOf } from '../catalogue/list-rule.ts';
import { dateOf, type Instant, toIso } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import type { Bilingual } from '../kernel/text.ts';
import { foldName } from '../subject/fold.ts';
import { type Identifier, parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys, type SubjectKey } from '../subject/key.ts';
import { maskIdentifier, maskPersonName } from '../subject/mask.ts';
import { isPersonScheme, type Scheme } from '../subject/scheme.ts';
import type { ListingEntry, Shown } from './entry.ts';
import type { ListingProposal } from './proposal.ts';
import { entryFaults } from './proposal-faults.ts';
import { measureFaults, missingMeasures } from './proposed-measures.ts';
import { type Signer, signatureOf } from './signer.ts';
import type { Listing, Standing } from './standing.ts';

/** What a proposal is held against. */
export interface ProposalContext {
  readonly catalogue: Catalogue;
  readonly keeping: ListKeeping;
  readonly ring: PersonKeyring;
  readonly signer: Signer;
  readonly id: string;
  readonly now: Instant;
}

/** A candidate as it is written. */
export interface Proposed {
  /** The key that new subjects get, and behind it those under which a person may be known already. */
  readonly keys: readonly [SubjectKey, ...SubjectKey[]];
  readonly subject: Standing['subject'];
  readonly names: readonly string[];
  readonly listing: Listing;
  readonly entry: ListingEntry;
}

/**
 * A steward's proposal as a candidate listing: everything that the law asks of an entry is there, or it is refused with
 * every fault at once.
 * @throws Problem `invalid-request`, `invalid-identifier`
 */
export function propose(proposal: ListingProposal, context: ProposalContext): Proposed {
  const { catalogue, keeping, ring, signer, id, now } = context;
  const rule = ruleOf(keeping, proposal.domain, proposal.list);
  if (!rule) throw faulty([unknownList(keeping, signer)]);
  const faults = [
    ...entryFaults(proposal, rule, catalogue, now),
    ...measureFaults(proposal, catalogue, now),
    ...missingMeasures(proposal, catalogue, now),
  ];
  if (faults.length > 0) throw faulty(faults);

  const main = identified(proposal.subject, '/subject', ring);
  const linked = (proposal.linkedPersons ?? []).map(({ role, citation, ...person }, index) => {
    const { keys, shown } = identified(person, `/linkedPersons/${index}`, ring);
    return { keys: [...keys], shown, role, citation };
  });
  const twice = linked.findIndex(({ keys }, index) => linked.findIndex((other) => other.keys[0] === keys[0]) !== index);
  if (twice >= 0)
    throw faulty([
      fault(`/linkedPersons/${twice}`, 'person-twice', {
        zh: '同一自然人只能列一次，写明其主要责任',
        en: 'this person stands here twice: once, in the part that weighs most',
      }),
    ]);
  const { document, list, domain, grade, measures, until, repair, remedy, sectors, leniency } = proposal;
  const region = proposal.region ?? rule.local?.region;
  const authority = keeping.authorities.find(({ code }) => code === signer.authority)?.name.zh;
  return {
    keys: main.keys,
    subject: main.subject,
    names: main.names,
    listing: {
      id,
      list,
      domain,
      authority: authority ?? signer.authority ?? '',
      ...(grade && { grade }),
      document: { number: document.number, type: document.type, issuedOn: document.issuedOn },
      measures,
      from: proposal.from ?? dateOf(now),
      until,
      ...(region && { region }),
      ...(sectors && { sectors }),
      ...(leniency && { leniency }),
      repair,
      remedy,
      state: 'candidate',
    },
    entry: {
      keeper: signer.authority ?? '',
      proposedBy: signatureOf(signer),
      proposedAt: toIso(now),
      subject: main.shown,
      legalBasis: rule.legalBasis,
      ...(rule.severity && { severity: rule.severity }),
      issuer: document.issuer,
      facts: proposal.facts,
      exitConditions: proposal.exitConditions,
      ...(proposal.recognition && { recognition: proposal.recognition }),
      ...(rule.local && { regulation: rule.local.regulation }),
      ...(proposal.from && { from: proposal.from }),
      ...(proposal.opinions && { opinions: proposal.opinions }),
      linked,
    },
  };
}

interface Identified {
  readonly scheme: Scheme;
  readonly id: string;
  readonly country?: string | undefined;
  readonly name?: string | undefined;
}

/** Under which key a subject is listed, and how it is shown. Throws a Problem `invalid-identifier`. */
function identified(given: Identified, pointer: string, ring: PersonKeyring) {
  const parsed = parseIdentifier(given);
  if (!parsed.ok)
    throw new Problem(
      'invalid-identifier',
      { zh: '标识码无效', en: 'An identifier is not valid.' },
      { errors: parsed.faults.map(({ rule, ...each }) => ({ pointer: `${pointer}/id`, code: rule, ...each })) },
    );
  const [key, ...older] = keysOf(parsed.identifier, ring);
  if (!key)
    throw faulty([
      fault(`${pointer}/scheme`, 'identifier-required', {
        zh: '列入名单须有统一社会信用代码或身份号码，名称和注册号不足',
        en: 'a listing needs a unified code or a person’s number: a name or a registration number is not enough',
      }),
    ]);
  const person = isPersonScheme(given.scheme);
  const shownName = person && given.name !== undefined ? maskPersonName(given.name) : given.name;
  const shown: Shown = {
    scheme: given.scheme,
    id: maskIdentifier(parsed.identifier),
    ...(shownName !== undefined && { name: shownName }),
  };
  const named = !person && given.name !== undefined ? { name: given.name } : {};
  const code =
    parsed.identifier.kind === 'organisation' && given.scheme === 'uscc' ? parsed.identifier.value : undefined;
  const subject: Standing['subject'] = { scheme: given.scheme, ...(code && { code }), ...named };
  return {
    keys: [key, ...older] as const,
    subject,
    shown,
    names: named.name === undefined ? [] : [foldName(named.name)],
  };
}

function keysOf(identifier: Identifier, ring: PersonKeyring): readonly SubjectKey[] {
  if (identifier.kind === 'organisation') return [organisationKey(identifier.code9)];
  return identifier.kind === 'person' ? personKeys(ring, identifier) : [];
}

/** A list that cannot be kept, beside those that the signer's authority may. */
function unknownList({ rules }: ListKeeping, { authority = '', domains }: Signer): Fault {
  const own = rules.filter((rule) => rule.authorities.includes(authority) && domains.includes(rule.domain));
  const lists = own.map(({ domain, list }) => `${domain} ${list}`);
  return fault('/list', 'unknown-list', {
    zh: `目录清单没有该领域的这种名单，不能设列；可设：${lists.join('、') || '无'}`,
    en: `the catalogue knows no such list in this domain: it cannot be kept; yours are ${lists.join(', ') || 'none'}`,
  });
}

const fault = (pointer: string, code: string, message: Bilingual): Fault => ({ pointer, code, message });

const faulty = (errors: readonly Fault[]): Problem =>
  new Problem('invalid-request', { zh: '提议有误，见 errors', en: 'The proposal has faults: see errors.' }, { errors });
