import type { KeySet } from '../../lib/receipt/key-set.ts';
import { receiptsIn } from '../../lib/receipt/receipt-file.ts';
import { verifyReceipt } from '../../lib/receipt/verify-receipt.ts';
import { Proof, verifyProof } from '../../lib/seal/proof.ts';

/** The proof in a file's text; undefined where it is something else. */
export function proofIn(text: string): Proof | undefined {
  try {
    return Proof.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Works the root out again and says under which seal the record is, or why the proof proves nothing.
 * @param receipts texts of what was kept: the proof is to be of the check that they are of
 * @returns whether the proof and every receipt are good and fit
 */
export async function reportProof(proof: Proof, keys: KeySet, receipts: readonly string[]): Promise<boolean> {
  const seal = await verifyProof(proof, keys);
  if (!seal) {
    console.error(
      '✗ 证明不成立：算不出所签的根，所附摘要不是该封存的，或封存不是这些公钥所签\n' +
        '  The proof proves nothing: it does not lead to the root that was signed, its head is not that of the seal, or\n' +
        '  these keys have not signed the seal.',
    );
    return false;
  }
  const faults = (
    await Promise.all(receipts.flatMap(receiptsIn).map((kept) => unfit(proof, kept.receipt, keys)))
  ).flat();
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) return false;
  console.log('✓ 证明成立 The record is under the seal');
  if (receipts.length > 0) console.log('✓ 与回执相符 It is the record that the receipt is of');
  console.log(`  核查 check       ${proof.checkId}`);
  console.log(`  记录 record      ${proof.digest}`);
  console.log(`  封存 segment     ${seal.segment}, ${proof.index + 1} / ${seal.count}, ${seal.sealedAt}`);
  console.log(`  摘要 head        ${JSON.stringify(proof.head)}`);
  return true;
}

async function unfit({ checkId, digest }: Proof, receipt: string, keys: KeySet): Promise<string[]> {
  const verified = await verifyReceipt(receipt, keys);
  if (!verified.ok) {
    const { code, message } = verified;
    return [`✗ 回执无效 The receipt proves nothing: ${code}\n  ${message.zh}\n  ${message.en}`];
  }
  const { id, record } = verified.payload;
  if (id !== checkId)
    return [
      `✗ 证明属于另一核查 ${checkId}，回执是 ${id} 的\n  The proof is of another check, ${checkId}; the receipt is of ${id}.`,
    ];
  return record === digest
    ? []
    : ['✗ 所封存的不是回执所载的记录\n  What was sealed under this id is not the record that the receipt names.'];
}
