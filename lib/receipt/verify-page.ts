import type { Receipt } from '../check/receipt-payload.ts';
import { parseInstant, toBeijing } from '../kernel/clock.ts';
import type { Bilingual } from '../kernel/text.ts';
import { html, Markup } from './html.ts';
import { pagePolicy } from './page-policy.ts';
import { OUTCOMES, SCHEMES, STATES, TEXTS } from './page-texts.ts';
import type { Refused, Verified } from './verify.ts';
import { VERIFY_STYLE } from './verify-style.ts';

/** Where everybody may verify a receipt. It stands on paper: it must not move. */
export const VERIFY_PATH = '/verify';

/**
 * Sends what stands after `#` of a scanned address, which no browser sends by itself. In every browser: it is ES 5 and
 * asks for no cryptography.
 */
const SCRIPT = `function sendScanned() {
  var scanned = location.hash.slice(1), form = document.forms[0];
  if (scanned) { form.receipt.value = scanned; form.submit(); }
}
sendScanned();
addEventListener('hashchange', sendScanned);`;

/** Of the page that asks: its own style and script, and a form that goes nowhere but here. */
export const ASKING_POLICY = pagePolicy({ style: VERIFY_STYLE, script: SCRIPT, form: true });
/** Of the page that answers: no script. */
export const ANSWERING_POLICY = pagePolicy({ style: VERIFY_STYLE, form: true });

/** The page that a code on a receipt leads to. The same for everyone: what it verifies stands in no address it is asked by. */
export const askingPage = (): string =>
  page(html`<h1>${both(SAYS.title)}</h1><p>${both(SAYS.ask)}</p>${FORM}<script>${new Markup(SCRIPT)}</script>`);

/**
 * Whether a receipt was signed here and is unaltered, with what it says and nothing else; of one that proves nothing, why,
 * and not a word of what it claims.
 */
export const answeringPage = (result: Verified<Receipt> | Refused): string =>
  page(html`<h1>${both(SAYS.title)}</h1>${result.ok ? good(result) : bad(result)}
<p class="muted">${both(SAYS.address)}</p>
<details><summary>${both(SAYS.another)}</summary>${FORM}</details>`);

const page = (content: Markup): string =>
  html`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${SAYS.title.zh} ${SAYS.title.en}</title><style>${new Markup(VERIFY_STYLE)}</style></head><body><main>
${content}
</main></body></html>
`.text;

const SAYS = {
  title: { zh: '验证回执', en: 'Verify a receipt' },
  ask: {
    zh: '扫描回执上的二维码即可验证。也可粘贴回执原文（JWS）：',
    en: 'Scan the code on a receipt. Or paste the receipt itself (JWS):',
  },
  field: { zh: '回执原文', en: 'The receipt' },
  submit: { zh: '验证', en: 'Verify' },
  another: { zh: '验证另一份', en: 'Verify another' },
  address: {
    zh: '请核对地址栏：伪造的纸面会指向伪造的网址。',
    en: 'Look at the address bar: a forged paper leads to a forged address.',
  },
  good: { zh: '回执有效', en: 'Verified' },
  goodMeans: {
    zh: '此回执由本系统签发，签发后内容未变。请与纸面逐项核对，以下列内容为准。',
    en: 'It was signed here and has not changed since. Compare it with the paper: what stands here prevails.',
  },
  goodNotMeans: {
    zh: '它只说明核查当时的结论；其后的人工认定、撤销及名单变化不在其中。',
    en: 'It says what was found at that time: not what was determined, annulled or listed afterwards.',
  },
  nothing: {
    zh: '它所称的内容不予采信，此处不显示。',
    en: 'What it claims is not to be relied on, and is not shown.',
  },
  question: { zh: '问题摘要', en: 'Digest of the question' },
  person: { zh: '自然人，回执不载其号码', en: 'a person: the receipt holds no number' },
} as const satisfies Record<string, Bilingual>;

/** What a refusal is called at a glance. */
const REFUSED: Readonly<Record<Refused['code'], Bilingual>> = {
  malformed: { zh: '不是回执', en: 'No receipt' },
  'unknown-key': { zh: '密钥不明', en: 'Unknown key' },
  'algorithm-refused': { zh: '伪造或被改动', en: 'Forged or altered' },
  'signature-invalid': { zh: '伪造或被改动', en: 'Forged or altered' },
  'key-retired': { zh: '伪造：密钥已停用', en: 'Forged: the key was retired' },
  'wrong-type': { zh: '不是回执', en: 'No receipt' },
  'payload-malformed': { zh: '不是回执', en: 'No receipt' },
};

const both = ({ zh, en }: Bilingual): Markup => html`${zh} <span lang="en">${en}</span>`;

const FORM = html`<form method="post" action="${VERIFY_PATH}">
<label for="receipt">${both(SAYS.field)}</label>
<textarea id="receipt" name="receipt" rows="6" required autocomplete="off" spellcheck="false"></textarea>
<button type="submit">${both(SAYS.submit)}</button></form>`;

const bad = ({ code, message }: Refused): Markup =>
  html`<section class="verdict bad" id="verdict"><strong>✗ ${both(REFUSED[code])}</strong><p>${both(message)}</p>
<p>${both(SAYS.nothing)}</p></section>`;

const good = ({ kid, payload }: Verified<Receipt>): Markup =>
  html`<section class="verdict good" id="verdict"><strong>✓ ${both(SAYS.good)}</strong><p>${both(SAYS.goodMeans)}</p>
<p>${both(SAYS.goodNotMeans)}</p></section>
<dl>${facts(kid, payload).map(([label, value]) => html`<dt>${both(label)}</dt><dd>${value}</dd>`)}</dl>`;

type Fact = readonly [Bilingual, Markup | string];

function facts(kid: string, receipt: Receipt): Fact[] {
  const { principal, matter, sealHead } = receipt;
  return [
    [TEXTS.outcome, html`<b>${both(OUTCOMES[receipt.outcome])}</b> ${code(receipt.outcome)}`],
    ...receipt.subjects.map((subject): Fact => [TEXTS.subject, ofSubject(subject)]),
    [TEXTS.principal, html`${both(SCHEMES[principal.scheme])}<br>${code(principal.id)}`],
    [TEXTS.matter, matter.id],
    ...(matter.lot === undefined ? [] : [[TEXTS.lot, matter.lot] as const]),
    [TEXTS.scene, code(receipt.scene)],
    [TEXTS.checkedAt, time(receipt.checkedAt)],
    [TEXTS.expiresAt, html`${time(receipt.expiresAt)}<br>${both(TEXTS.expiresNote)}`],
    [TEXTS.caller, code(receipt.caller)],
    [TEXTS.recordId, code(receipt.id)],
    ...receipt.sources.map((source): Fact => [TEXTS.source, ofSource(source)]),
    [TEXTS.versions, html`${code(receipt.catalogueVersion)}<br>${both(TEXTS.headSequence)} ${receipt.headSequence}`],
    [TEXTS.kid, code(kid)],
    [SAYS.question, code(receipt.question)],
    [TEXTS.answerDigest, code(receipt.answer)],
    [TEXTS.recordDigest, code(receipt.record)],
    [TEXTS.sealHead, sealHead === null ? both(TEXTS.noSeal) : html`${sealHead.segment} ${code(sealHead.digest)}`],
  ];
}

const ofSubject = ({ scheme, id, outcome, standingVersion }: Receipt['subjects'][number]): Markup =>
  html`${both(SCHEMES[scheme])}<br>${id === undefined ? both(SAYS.person) : code(id)}<br>
${both(OUTCOMES[outcome])} ${code(outcome)}<br>${both(TEXTS.standingVersion)} ${standingVersion}`;

const ofSource = ({ id, freshAsOf, state }: Receipt['sources'][number]): Markup =>
  html`${code(id)}<br>${both(STATES[state])}${freshAsOf === null ? undefined : html` · ${both(TEXTS.freshAsOf)} ${time(freshAsOf)}`}`;

const code = (text: string): Markup => html`<code>${text}</code>`;

const time = (moment: string): Markup => html`${toBeijing(parseInstant(moment))} ${both(TEXTS.beijing)}`;
