import * as z from 'zod/mini';
import type { Receipt } from '../check/receipt-payload.ts';
import { parseInstant, toBeijing } from '../kernel/clock.ts';
import type { Bilingual, Language } from '../kernel/text.ts';
import { html, Markup } from './html.ts';
import type { ReceiptPage } from './page-content.ts';
import { PAGE_STYLE } from './page-style.ts';
import { OBLIGATIONS, OUTCOMES, SCHEMES, STATES, TEXTS } from './page-texts.ts';
import { verdictSection } from './page-verdict.ts';
import { scanCode } from './scan-code.ts';

/** 回执: a page to print and file. Whole in itself: no script, no picture, no font and no style from elsewhere. */
export function receiptPage(page: ReceiptPage): string {
  const { answer, language } = page;
  const say = (text: Bilingual) => text[language];
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say(TEXTS.title)} ${answer.id}</title><style>${new Markup(PAGE_STYLE)}</style></head><body>
<header><div><h1>${say(TEXTS.title)}</h1><p>${say(TEXTS.subtitle)}</p>
<p>${say(TEXTS.recordId)} <code>${answer.id}</code></p>
<p>${say(TEXTS.checkedAt)} ${time(answer.checkedAt, page)}</p></div>
<figure>${scanCode(page.verifyAddress, page.receipt)}<figcaption>${say(TEXTS.scan)}</figcaption></figure></header>
<section class="outcome ${answer.outcome}"><strong>${say(OUTCOMES[answer.outcome])}</strong>
<span>${say(OBLIGATIONS[answer.obligation])}</span><p>${answer.statement}</p></section>
<h2>${say(TEXTS.facts)}</h2>${factsTable(page)}
${answer.verdicts.map((verdict, index) => verdictSection(verdict, index, answer.verdicts.length, page))}
<h2>${say(TEXTS.sources)}</h2>${sourcesTable(page)}
<h2>${say(TEXTS.signature)}</h2>${signature(page)}
</body></html>
`.text;
}

const Matter = z.object({
  id: z.string(),
  lot: z.optional(z.string()),
  name: z.optional(z.string()),
  region: z.optional(z.string()),
  sector: z.optional(z.string()),
  mandatoryTender: z.optional(z.boolean()),
  cutoffAt: z.optional(z.string()),
});

function factsTable(page: ReceiptPage): Markup {
  const { answer, language, nameOf } = page;
  const { principal } = answer;
  const matter = Matter.parse(answer.matter);
  const tender = matter.mandatoryTender;
  const rows: (readonly [Bilingual, Markup | string | undefined])[] = [
    [TEXTS.scene, nameOf('scenes', answer.scene)],
    [TEXTS.principal, html`${principal.name} ${SCHEMES[principal.scheme][language]} ${principal.id}`],
    [TEXTS.matter, html`${matter.name} ${matter.id}`],
    [TEXTS.lot, matter.lot],
    [TEXTS.region, matter.region],
    [TEXTS.sector, matter.sector],
    [TEXTS.mandatoryTender, tender === undefined ? undefined : (tender ? TEXTS.yes : TEXTS.no)[language]],
    [TEXTS.cutoffAt, matter.cutoffAt === undefined ? undefined : time(matter.cutoffAt, page)],
    [TEXTS.expiresAt, html`${time(answer.expiresAt, page)} — ${TEXTS.expiresNote[language]}`],
    [TEXTS.caller, answer.caller],
    [TEXTS.operator, answer.operator],
    [TEXTS.purpose, answer.purpose],
    [
      TEXTS.versions,
      html`${answer.catalogueVersion} <span class="muted">(${TEXTS.headSequence[language]} ${page.signed.headSequence})</span>`,
    ],
  ];
  return html`<table class="facts">${rows.map(([label, value]) => row(label[language], value))}</table>`;
}

const row = (label: string, value: Markup | string | undefined): Markup | undefined =>
  value === undefined ? undefined : html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`;

function sourcesTable(page: ReceiptPage): Markup {
  const { answer, language, nameOf } = page;
  const rows = answer.sources.map(
    ({ id, freshAsOf, state }) =>
      html`<tr><td>${nameOf('sources', id)}</td><td>${freshAsOf === null ? TEXTS.none[language] : time(freshAsOf, page)}</td>
<td>${STATES[state][language]}</td></tr>`,
  );
  const heads = [TEXTS.source, TEXTS.freshAsOf, TEXTS.state].map(
    (text) => html`<th scope="col">${text[language]}</th>`,
  );
  return html`<table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** The signed text stands on one sheet, which says of which check it is: sheets come apart. */
function signature({ receipt, kid, signed, language, ...at }: ReceiptPage): Markup {
  return html`<table class="facts">
${row(TEXTS.kid[language], html`<code>${kid}</code>`)}
${row(TEXTS.answerDigest[language], html`<code>${signed.answer}</code>`)}
${row(TEXTS.recordDigest[language], html`<code>${signed.record}</code>`)}
${row(TEXTS.sealHead[language], sealHead(signed, language))}
${row(TEXTS.verification[language], html`<code>${at.verifyAddress}</code>`)}
${row(TEXTS.keysAt[language], html`<code>${at.keysAddress}</code>`)}
${row(TEXTS.original[language], html`<code>${at.address}</code>`)}
</table><div class="signed"><p class="small">${TEXTS.recordId[language]} <code>${signed.id}</code><br>${TEXTS.how[language]}</p>
<pre id="receipt">${receipt}</pre></div>`;
}

const sealHead = ({ sealHead: head }: Receipt, language: Language): Markup | string =>
  head === null ? TEXTS.noSeal[language] : html`${head.segment} <code>${head.digest}</code>`;

const time = (moment: string, { language }: Pick<ReceiptPage, 'language'>): string => {
  const beijing = toBeijing(parseInstant(moment));
  return language === 'zh' ? `${beijing}（${TEXTS.beijing.zh}）` : `${beijing} (${TEXTS.beijing.en})`;
};
