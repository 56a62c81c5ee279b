import type { CheckAnswer } from '../check/answer.ts';
import type { Receipt } from '../check/receipt-payload.ts';
import type { Language } from '../kernel/text.ts';

/** What the codes of an answer are called, where the catalogue of its version says it. */
type NameOf = (kind: NamedKind, code: string) => string;

export type NamedKind = 'scenes' | 'domains' | 'sources' | 'roles' | 'relations';

export interface ReceiptPage {
  readonly answer: CheckAnswer;
  /** The compact JWS. */
  readonly receipt: string;
  readonly kid: string;
  /** What it says. */
  readonly signed: Receipt;
  readonly nameOf: NameOf;
  /** Where everybody may verify it, and where the original and the public keys can be fetched. */
  readonly verifyAddress: string;
  readonly address: string;
  readonly keysAddress: string;
  /** Of the page's own words; the answer's texts stay in the language in which they left. */
  readonly language: Language;
}
