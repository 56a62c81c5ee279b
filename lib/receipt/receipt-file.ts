import * as z from 'zod/mini';
import { receiptText } from './receipt-code.ts';

/** A receipt as somebody kept it. */
export interface KeptReceipt {
  /** The compact JWS. */
  readonly receipt: string;
  /** The whole answer that it came with, where that was kept. */
  readonly answer: unknown;
}

const Answer = z.looseObject({ receipt: z.string() });
const Batch = z.object({ items: z.array(z.object({ check: z.optional(Answer) })) });

const ON_THE_PAGE = /<pre id="receipt">([^<]*)<\/pre>/;

/**
 * The receipts in a file: that of an answer, those of a batch's answers, that of the printed page, the signed text itself,
 * which may have been broken into lines, or what was scanned from the page's code.
 */
export function receiptsIn(text: string): KeptReceipt[] {
  const json = jsonOf(text);
  const batch = Batch.safeParse(json);
  const answers = batch.success ? batch.data.items.flatMap(({ check }) => check ?? []) : [Answer.safeParse(json).data];
  const kept = answers.flatMap((answer) => (answer ? [{ receipt: answer.receipt, answer }] : []));
  if (json !== undefined) return kept;
  return [{ receipt: receiptText(ON_THE_PAGE.exec(text)?.[1] ?? text), answer: undefined }];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
