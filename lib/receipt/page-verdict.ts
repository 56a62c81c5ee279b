import type { CheckAnswer } from '../check/answer.ts';
import type { AnsweredReason } from '../check/reason.ts';
import type { Language } from '../kernel/text.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import { html, type Markup } from './html.ts';
import type { ReceiptPage } from './page-content.ts';
import { GRADES, LISTS, OUTCOMES, SCHEMES, TEXTS } from './page-texts.ts';

type Verdict = CheckAnswer['verdicts'][number];

/** One subject of the check: who it is, what was decided, and every reason with the law that it rests on. */
export function verdictSection(
  { subject, outcome, standingVersion, reasons, notices, omitted }: Verdict,
  index: number,
  count: number,
  { language, nameOf }: ReceiptPage,
): Markup {
  const number = count > 1 ? ` ${index + 1} / ${count}` : '';
  return html`<section><h2>${TEXTS.subject[language]}${number}</h2>
<table class="facts">
<tr><th scope="row">${SCHEMES[subject.scheme][language]}</th><td>${identity(subject, language)}</td></tr>
${subject.role === undefined ? undefined : html`<tr><th scope="row">${TEXTS.role[language]}</th><td>${nameOf('roles', subject.role)}</td></tr>`}
<tr><th scope="row">${TEXTS.outcome[language]}</th><td>${OUTCOMES[outcome][language]} <code>${outcome}</code>
<span class="muted">${TEXTS.standingVersion[language]} ${standingVersion}</span></td></tr></table>
${reasons.length === 0 ? html`<p class="muted">${TEXTS.noReason[language]}</p>` : reasonsTable(reasons, language, nameOf)}
${omitted > 0 ? html`<p>+ ${omitted} ${TEXTS.omitted[language]}</p>` : undefined}
${notices.length > 0 ? html`<ul>${notices.map(notice)}</ul>` : undefined}</section>`;
}

/** Of a person what the answer showed, masked, or that it has been erased. */
function identity({ scheme, id, name }: Verdict['subject'], language: Language): Markup {
  if (id === null && isPersonScheme(scheme)) return html`<em>${TEXTS.erased[language]}</em>`;
  return html`${name ?? undefined} ${id ?? undefined}`;
}

function reasonsTable(reasons: readonly AnsweredReason[], language: Language, nameOf: ReceiptPage['nameOf']): Markup {
  const heads = [TEXTS.list, TEXTS.document, TEXTS.measure, TEXTS.until, TEXTS.repair].map(
    (text) => html`<th scope="col">${text[language]}</th>`,
  );
  const rows = reasons.map((each, index) => reasonRow(each, index + 1, language, nameOf));
  return html`<table class="reasons"><thead><tr><th scope="col">#</th>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

function reasonRow(reason: AnsweredReason, number: number, language: Language, nameOf: ReceiptPage['nameOf']): Markup {
  const { list, domain, authority, effect, grade, document, measure, inForceUntil, repair, remedy, via } = reason;
  return html`<tr><td>${number}</td>
<td><p>${OUTCOMES[effect][language]}</p><p>${LISTS[list][language]}${grade === null ? undefined : ` · ${GRADES[grade][language]}`}</p>
<p>${nameOf('domains', domain)}</p><p>${authority}</p><p class="small">${reason.listingId}</p>
${via && html`<p>${TEXTS.via[language]}: ${nameOf('relations', via.relation)}</p>`}</td>
<td><p>${document.number}</p><p>${document.issuedOn}</p></td>
<td><p>${measure.name}</p><p>${measure.legalBasis}</p></td>
<td>${inForceUntil ?? TEXTS.noTerm[language]}</td>
<td><p>${repair.repairable ? repair.route : TEXTS.notRepairable[language]}</p><p>${remedy}</p></td></tr>`;
}

const notice = ({ code, listingId, text }: Verdict['notices'][number]): Markup =>
  html`<li>${text} <span class="small muted">${code}${listingId === undefined ? undefined : ` · ${listingId}`}</span></li>`;
