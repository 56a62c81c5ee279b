import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * What receipts have in common, given to deflate beforehand: the code on a page then has some 80 modules a side, where
 * the signed text as it is would take 140, or fit no code at all for a consortium of twenty. A code on paper names its
 * dictionary by its first character, and a dictionary never changes: another content is another character.
 */
const DICTIONARIES: Readonly<Record<string, Buffer>> = {
  '1': Buffer.from(
    '"outcome":"favour""outcome":"warn""outcome":"restrict""outcome":"indeterminate","scheme":"org-code","id":"' +
      '"scheme":"registration-no","id":""scheme":"org-name","id":"{"scheme":"person-name","outcome":"' +
      '"scene":"commendation","scene":"research-fund","scene":"fiscal-fund","scene":"eco-investment",' +
      '"scene":"concession","scene":"land","scene":"tendering",{"id":"-list","freshAsOf":null,"state":"missing"}' +
      '"freshAsOf":"2027-0T00:00:00.000Z","state":"stale"},{"id":"court-defaulters-list","freshAsOf":"2026-1' +
      '{"id":"tax-major-violation-list","freshAsOf":"{"id":"government-procurement-violation-list","freshAsOf":"' +
      '{"alg":"EdDSA","typ":"grantgate-receipt+jws","kid":""}\n{"id":"","caller":"procurement",' +
      '"scene":"government-procurement","principal":{"scheme":"uscc","id":"11430000"},"matter":{"id":"-2026-000","lot":"1"},' +
      '"question":"","outcome":"veto","subjects":[{"scheme":"resident-id","outcome":"veto","standingVersion":1},' +
      '{"scheme":"uscc","id":"914301","outcome":"pass","standingVersion":0}],"catalogueVersion":"-2026.1","headSequence":1,' +
      '"sources":[{"id":"","freshAsOf":"2026-T00:00:00.000Z","state":"fresh"}],"sealHead":null,"checkedAt":"2026-' +
      '"sealHead":{"segment":1,"digest":""},"checkedAt":"2026-","expiresAt":"2026-T00:00:00.000Z","answer":"","record":""}',
  ),
};
const CURRENT = '1';
/** Of Ed25519. */
const SIGNATURE_BYTES = 64;
/** Twenty members, each name of the longest: nothing that is a receipt is longer, and nothing else is inflated. */
const MAX_SIGNED_BYTES = 32 * 1024;

/** A receipt as it stands in a code to scan: the bytes of the compact JWS, deflated, in the alphabet of base64url. */
export function packReceipt(receipt: string): string {
  const [head = '', body = '', signature = ''] = receipt.split('.');
  const signed = Buffer.concat([decoded(head), Buffer.from('\n'), decoded(body)]);
  const deflated = deflateRawSync(signed, { level: 9, dictionary: DICTIONARIES[CURRENT] });
  return CURRENT + Buffer.concat([decoded(signature), deflated]).toString('base64url');
}

/** The compact JWS of a packed receipt, to be verified yet; undefined for what is no packed receipt. */
function unpackReceipt(packed: string): string | undefined {
  const dictionary = DICTIONARIES[packed.charAt(0)];
  const bytes = decoded(packed.slice(1));
  if (!dictionary || bytes.length <= SIGNATURE_BYTES) return undefined;
  const signed = inflated(bytes.subarray(SIGNATURE_BYTES), dictionary);
  // JSON holds no bare line break: the first one parts the header from what is signed under it.
  const end = signed?.indexOf('\n') ?? -1;
  if (!signed || end < 0) return undefined;
  return [signed.subarray(0, end), signed.subarray(end + 1), bytes.subarray(0, SIGNATURE_BYTES)]
    .map((part) => part.toString('base64url'))
    .join('.');
}

/**
 * The compact JWS in what somebody scanned, copied or typed off: the address in the code, what stands in it after `#`, or
 * the signed text itself, broken into lines or not.
 */
export function receiptText(given: string): string {
  const text = given.replace(/\s/g, '');
  const packed = text.slice(text.indexOf('#') + 1);
  return packed.includes('.') ? packed : (unpackReceipt(packed) ?? packed);
}

const decoded = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');

function inflated(bytes: Uint8Array, dictionary: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(bytes, { dictionary, maxOutputLength: MAX_SIGNED_BYTES });
  } catch {
    return undefined;
  }
}
