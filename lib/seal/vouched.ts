import { compactReceipt, receiptPayload } from '../check/receipt.ts';
import type { CheckRecord } from '../check/record.ts';
import type { KeySet } from '../receipt/key-set.ts';
import { verifyReceipt } from '../receipt/verify-receipt.ts';

/**
 * Who shows that the service wrote a record: its receipt, which only the signing key can make; only the record itself,
 * where it is a refused attempt, which has none; or nobody.
 */
export async function vouched(record: CheckRecord, keys: KeySet): Promise<'receipt' | 'itself' | 'nobody'> {
  if (record.outcome === 'invalid') return record.receipt ? 'nobody' : 'itself';
  const receipt = record.receipt && receiptIn(record, record.receipt);
  return receipt !== undefined && (await verifyReceipt(receipt, keys)).ok ? 'receipt' : 'nobody';
}

/** Put together as it was signed; undefined where the record is not one that a receipt could be of. */
function receiptIn(record: CheckRecord, signature: NonNullable<CheckRecord['receipt']>): string | undefined {
  try {
    return compactReceipt(receiptPayload(record), signature);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
}
