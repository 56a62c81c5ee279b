import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Instant, toBeijing, toIso } from '../kernel/clock.ts';
import type { Bilingual, Language } from '../kernel/text.ts';
import type { CheckAnswer } from './answer.ts';
import type { Decision, Notice, Reason } from './decide.ts';
import { OBLIGATION } from './outcome.ts';
import type { CheckQuestion, Matter } from './question.ts';
import type { AnsweredReason } from './reason.ts';

/** Reasons shown of one subject; the rest is on the record. */
const MAX_REASONS = 50;

export interface Rendering {
  readonly id: string;
  readonly question: CheckQuestion;
  /** How each subject is shown: organisations by their folded code, persons by what stands for their fields. */
  readonly subjects: readonly { readonly id: string; readonly name: string | undefined }[];
  readonly principalId: string;
  readonly caller: string;
  readonly catalogue: Catalogue;
  readonly language: Language;
  readonly now: Instant;
}

export interface Rendered {
  readonly answer: CheckAnswer & { readonly matter: Matter };
  /** The reasons of each subject beyond those that are shown. */
  readonly omitted: AnsweredReason[][];
}

/** The decision in the caller's language, with the law cited; codes never change with the language. */
export function render(decision: Decision, to: Rendering): Rendered {
  const { question, catalogue, language } = to;
  const { name: principalName } = question.principal;
  const omitted: AnsweredReason[][] = [];
  const verdicts = decision.verdicts.map((verdict, index) => {
    const asked = question.subjects[index];
    const shown = to.subjects[index];
    if (!asked || !shown) throw new RangeError('a verdict without its subject');
    const reasons = verdict.reasons.map((reason) => reasonText(reason, catalogue, language));
    omitted.push(reasons.slice(MAX_REASONS));
    return {
      subject: {
        scheme: asked.scheme,
        id: shown.id,
        ...(shown.name !== undefined && { name: shown.name }),
        ...(asked.role !== undefined && { role: asked.role }),
      },
      outcome: verdict.outcome,
      standingVersion: verdict.standingVersion,
      reasons: reasons.slice(0, MAX_REASONS),
      notices: verdict.notices.map((notice) => noticeText(notice, question, catalogue, language)),
      omitted: Math.max(0, reasons.length - MAX_REASONS),
    };
  });
  const answer: Rendered['answer'] = {
    id: to.id,
    outcome: decision.outcome,
    obligation: OBLIGATION[decision.outcome],
    checkedAt: toIso(to.now),
    expiresAt: toIso(decision.expiresAt),
    scene: question.scene,
    principal: {
      scheme: question.principal.scheme,
      id: to.principalId,
      ...(principalName !== undefined && { name: principalName }),
    },
    matter: question.matter,
    caller: to.caller,
    operator: question.operator,
    purpose: question.purpose,
    catalogueVersion: catalogue.version,
    verdicts,
    sources: decision.sources.map(({ id, freshAsOf, state }) => ({ id, freshAsOf, state })),
    statement: fill(catalogue.statements[decision.outcome], language, { at: toBeijing(to.now) }),
  };
  return { answer, omitted };
}

function reasonText({ listing, ...by }: Reason, catalogue: Catalogue, language: Language): AnsweredReason {
  const domain = catalogue.domains.find(({ code }) => code === listing.domain);
  return {
    listingId: listing.id,
    list: listing.list,
    domain: listing.domain,
    authority: listing.authority,
    effect: by.effect,
    grade: listing.grade ?? null,
    document: listing.document,
    measure: { code: by.measure.code, name: by.measure.name[language], legalBasis: by.measure.legalBasis },
    inForceUntil: listing.until,
    repair: {
      repairable: listing.repair.repairable,
      route: listing.repair.route ?? listing.repair.citation ?? domain?.repairRoute[language] ?? '',
    },
    remedy: listing.remedy ?? domain?.remedy[language] ?? '',
    ...(by.relation !== undefined && { via: { relation: by.relation } }),
  };
}

function noticeText(
  { code, listingId, fact, source }: Notice,
  { matter }: CheckQuestion,
  catalogue: Catalogue,
  language: Language,
) {
  const sourceName = catalogue.sources.find(({ id }) => id === source)?.name[language] ?? source ?? '';
  return {
    code,
    ...(listingId !== undefined && { listingId }),
    text:
      fill(catalogue.notices[code], language, { fact: fact ?? '', source: sourceName }) +
      // A sector was given, and is none: misspelt, or in words of the caller's own.
      (fact === 'sector' && matter.sector !== undefined ? knownSectors(catalogue)[language] : ''),
  };
}

function knownSectors({ sectors }: Catalogue): Bilingual {
  const codes = sectors.map(({ code }) => code);
  return {
    zh: `；所填行业不在目录清单中：${codes.join('、')}`,
    en: `; the sector given is not in the catalogue: ${codes.join(', ')}`,
  };
}

/** Fills `{name}` in a text of the catalogue. */
const fill = (text: Bilingual, language: Language, values: Readonly<Record<string, string>>): string =>
  text[language].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
