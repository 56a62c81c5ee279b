import * as z from 'zod/mini';

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
 * The receipts in a file: that of an answer, those of a batch's answers, that of the printed page, or the signed text
 * itself, which may have been broken into lines.
 */
export function receiptsIn(text: string): KeptReceipt[] {
  const json = jsonOf(text);
  const batch = Batch.safeParse(json);
  const answers = batch.success ? batch.data.items.flatMap(({ check }) => check ?? []) : [Answer.safeParse(json).data];
  const kept = answers.flatMap((answer) => (answer ? [{ receipt: answer.receipt, answer }] : []));
  if (json !== undefined) return kept;
  const signed = ON_THE_PAGE.exec(text)?.[1] ?? text;
  return [{ receipt: signed.replace(/\s/g, ''), answer: undefined }];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
