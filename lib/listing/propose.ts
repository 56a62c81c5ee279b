import type { Catalogue } from '../catalogue/catalogue.ts';
import { type ListKeeping, type ListRule, ruleOf } from '../catalogue/list-rule.ts';
import { addMonths, dateOf, type Instant, toIso } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import type { Bilingual } from '../kernel/text.ts';
import { foldName } from '../subject/fold.ts';
import { type Identifier, parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys, type SubjectKey } from '../subject/key.ts';
import { maskIdentifier, maskPersonName } from '../subject/mask.ts';
import { isPersonScheme, type Scheme } from '../subject/scheme.ts';
import type { ListingEntry, Shown } from './entry.ts';
import { type ListingProposal, RECOGNITION_STEPS } from './proposal.ts';
import { measureFaults } from './proposed-measures.ts';
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
  readonly key: SubjectKey;
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
  if (!rule)
    throw faulty([
      fault('/list', 'unknown-list', {
        zh: '目录清单没有该领域的这种名单，不能设列',
        en: 'the catalogue knows no such list in this domain: it cannot be kept',
      }),
    ]);
  const faults = [...entryFaults(proposal, rule, catalogue, now), ...measureFaults(proposal, catalogue, now)];
  if (faults.length > 0) throw faulty(faults);

  const main = identified(proposal.subject, '/subject', ring);
  const linked = (proposal.linkedPersons ?? []).map(({ role, citation, ...person }, index) => {
    const { key, shown } = identified(person, `/linkedPersons/${index}`, ring);
    return { key, shown, role, citation };
  });
  const { document, list, domain, grade, measures, until, repair, remedy, sectors, leniency } = proposal;
  const region = proposal.region ?? rule.local?.region;
  const authority = keeping.authorities.find(({ code }) => code === signer.authority)?.name.zh;
  return {
    key: main.key,
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

function entryFaults(proposal: ListingProposal, rule: ListRule, catalogue: Catalogue, now: Instant): Fault[] {
  const { document, grade, from, until, repair, recognition = [], region, linkedPersons = [], subject } = proposal;
  const today = dateOf(now);
  const first = from ?? today;
  const faults: Fault[] = [];
  const complain = (pointer: string, code: string, zh: string, en: string) =>
    faults.push(fault(pointer, code, { zh, en }));

  if (document.issuedOn > today)
    complain('/document/issuedOn', 'future-document', '文书日期在将来', 'is in the future');
  if (!rule.documentTypes.includes(document.type))
    complain(
      '/document/type',
      'document-not-allowed',
      '该名单不得依据此类文书',
      'this list does not rest on such a document',
    );
  if (rule.grades.length > 0 ? grade === undefined || !rule.grades.includes(grade) : grade !== undefined)
    complain(
      '/grade',
      'grade-not-allowed',
      '失信等级不适用于该名单',
      `this list has ${rule.grades.join(', ') || 'no grades'}`,
    );

  if (until === null && rule.longestTermMonths !== null)
    complain('/until', 'term-required', '该名单须有期限', 'this list has a longest term');
  if (until !== null && until < first) complain('/until', 'ends-before-start', '终止早于开始', 'ends before it starts');
  if (until !== null && rule.longestTermMonths !== null && until > addMonths(first, rule.longestTermMonths))
    complain(
      '/until',
      'term-too-long',
      `期限超过 ${rule.longestTermMonths} 个月`,
      `at most ${rule.longestTermMonths} months`,
    );
  const abolished = catalogue.domains.find(({ code }) => code === proposal.domain)?.abolishedAfter;
  if (abolished !== undefined && abolished < first)
    complain('/domain', 'list-abolished', '该名单已废止', `abolished after ${abolished}`);

  if (!repair.repairable && repair.citation === undefined)
    complain(
      '/repair/citation',
      'citation-required',
      '不予修复须引用法律依据',
      'a listing that cannot be repaired cites the law',
    );
  if (repair.repairable && grade !== undefined && !rule.repair.some((each) => each.grade === grade))
    complain(
      '/repair/repairable',
      'not-repairable',
      '该等级不可修复，须引用法律依据',
      'this grade is not repaired: cite the law',
    );

  if (rule.severity !== undefined) faults.push(...recognitionFaults(recognition, now));
  else if (recognition.length > 0)
    complain(
      '/recognition',
      'not-allowed',
      '只有严重失信名单有认定程序',
      'only a black listing has the steps of recognition',
    );

  if (rule.local && region !== undefined && !covers(rule.local.region, region))
    complain('/region', 'outside-regulation', '超出地方性法规的区域', 'outside the region of the local regulation');
  if (isPersonScheme(subject.scheme) && linkedPersons.length > 0)
    complain('/linkedPersons', 'not-allowed', '自然人名单不得再关联他人', 'a listing of a person links nobody');
  linkedPersons.forEach(({ role, scheme }, index) => {
    const at = `/linkedPersons/${index}`;
    if (!isPersonScheme(scheme)) complain(`${at}/scheme`, 'person-required', '须为自然人', 'is not a person');
    if (!rule.responsibleRoles.includes(role))
      complain(`${at}/role`, 'role-not-responsible', '该角色依法不担责', 'the law does not hold this part responsible');
  });
  return faults;
}

/** H21#8: in their order, none left out, none in the future. */
function recognitionFaults(recognition: NonNullable<ListingProposal['recognition']>, now: Instant): Fault[] {
  const inOrder =
    RECOGNITION_STEPS.every((step, index) => recognition[index]?.step === step) &&
    recognition.every(({ on }, index) => on <= dateOf(now) && on >= (recognition[index - 1]?.on ?? on));
  if (inOrder && recognition.length === RECOGNITION_STEPS.length) return [];
  const steps = RECOGNITION_STEPS.join(', ');
  return [
    fault('/recognition', 'recognition-out-of-order', {
      zh: `严重失信名单须依次经过 ${steps}`,
      en: `a black listing has been through ${steps}, in this order and by today`,
    }),
  ];
}

/** True where a division lies within another: trailing pairs of zeros mean the whole. */
const covers = (wide: string, narrow: string): boolean => narrow.startsWith(wide.replace(/(?:00)+$/, ''));

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
  const key = keyOf(parsed.identifier, ring);
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
  return { key, subject, shown, names: named.name === undefined ? [] : [foldName(named.name)] };
}

function keyOf(identifier: Identifier, ring: PersonKeyring): SubjectKey | undefined {
  if (identifier.kind === 'organisation') return organisationKey(identifier.code9);
  return identifier.kind === 'person' ? personKeys(ring, identifier)[0] : undefined;
}

const fault = (pointer: string, code: string, message: Bilingual): Fault => ({ pointer, code, message });

const faulty = (errors: readonly Fault[]): Problem =>
  new Problem('invalid-request', { zh: '提议有误，见 errors', en: 'The proposal has faults: see errors.' }, { errors });
