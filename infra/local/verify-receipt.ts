import type { Receipt } from '../../lib/check/receipt-payload.ts';
import { parseInstant, toBeijing } from '../../lib/kernel/clock.ts';
import type { KeySet } from '../../lib/receipt/key-set.ts';
import { OUTCOMES } from '../../lib/receipt/page-texts.ts';
import type { KeptReceipt } from '../../lib/receipt/receipt-file.ts';
import { isAnswerOf, verifyReceipt } from '../../lib/receipt/verify-receipt.ts';

/** Verifies one receipt and says what it vouches for, or why it proves nothing. Resolves with whether it is good. */
export async function reportReceipt({ receipt, answer }: KeptReceipt, keys: KeySet): Promise<boolean> {
  const result = await verifyReceipt(receipt, keys);
  if (!result.ok) {
    const { code, message } = result;
    console.error(`✗ 回执无效 The receipt proves nothing: ${code}\n  ${message.zh}\n  ${message.en}`);
    return false;
  }
  const fits = answer === undefined ? undefined : isAnswerOf(result.payload, answer);
  if (fits === false) {
    console.error(
      '✗ 回执有效，但答复与其不符：答复被改动，或字段次序已变\n' +
        '  The receipt is good, but this is not the answer that it was given for: it was altered, or its fields reordered.',
    );
  } else {
    console.log('✓ 回执有效 The receipt is good');
    if (fits) console.log('✓ 答复与回执相符 The answer is the one that it was given for');
  }
  console.log(linesOf(result.payload, result.kid).join('\n'));
  return fits !== false;
}

function linesOf(receipt: Receipt, kid: string): string[] {
  const { id, caller, scene, principal, matter, outcome, subjects, catalogueVersion, sources, sealHead } = receipt;
  const time = (moment: string) => `${toBeijing(parseInstant(moment))} (北京时间 Beijing time)`;
  const of = (each: (typeof subjects)[number]) =>
    `${each.scheme}${each.id === undefined ? '' : `:${each.id}`} ${each.outcome}, standing ${each.standingVersion}`;
  return [
    `  核查 check       ${id}`,
    `  结论 outcome     ${OUTCOMES[outcome].zh} ${outcome}`,
    `  时间 checked at  ${time(receipt.checkedAt)}`,
    `  有效 until       ${time(receipt.expiresAt)}`,
    `  调用 caller      ${caller}, ${scene}`,
    `  授予 principal   ${principal.scheme}:${principal.id}`,
    `  事项 matter      ${[matter.id, matter.lot].filter((part) => part !== undefined).join(' / ')}`,
    ...subjects.map((each) => `  对象 subject     ${of(each)}`),
    ...sources.map((each) => `  来源 source      ${each.id} ${each.state}, ${each.freshAsOf ?? '-'}`),
    `  版本 versions    ${catalogueVersion}, head ${receipt.headSequence}`,
    `  记录 record      ${receipt.record}`,
    `  封存 last seal   ${sealHead === null ? '-' : `${sealHead.segment} ${sealHead.digest}`}`,
    `  密钥 key         ${kid}`,
  ];
}
