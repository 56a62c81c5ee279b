import { Problem } from '../kernel/problem.ts';
import type { Signature } from './event.ts';

/** Who acts on lists: the verified token's subject, person, authority and domains, and nothing of a body. */
export interface Signer {
  readonly actor: string;
  readonly person: string;
  /** Code of the authority that the person acts for; one who only signs, for several, has none. */
  readonly authority?: string;
  /** The token proposes nothing: it is an approver's. */
  readonly onlySigns: boolean;
  /** Domains whose lists the person may keep. */
  readonly domains: readonly string[];
}

/** How the signer stands under an event. */
export const signatureOf = ({ actor, person, authority }: Signer, ground?: string): Signature => ({
  actor,
  person,
  ...(authority !== undefined && { authority }),
  ...(ground !== undefined && { ground }),
});

/** Whose a listing is: the authority that made it here, or those of its list's rule for one from a file. */
export interface Ownership {
  readonly domain: string;
  readonly keeper: string | undefined;
  readonly authorities: readonly string[];
}

/**
 * An authority acts only on its own listings, in its own domains. Who only signs may do so for several authorities.
 * @throws Problem `forbidden`
 */
export function assertOwn({ authority, domains, onlySigns }: Signer, { domain, keeper, authorities }: Ownership): void {
  const owners = keeper === undefined ? authorities : [keeper];
  const mine = authority === undefined ? onlySigns : owners.includes(authority);
  if (mine && domains.includes(domain)) return;
  throw new Problem('forbidden', {
    zh: '该名单不属于令牌所载的认定部门或领域',
    en: "The listing is not of the token's authority and domains.",
  });
}

/**
 * Nobody signs what they proposed themselves.
 * @throws Problem `forbidden`
 */
export function assertAnother(signer: Signer, proposer: Signature | undefined): void {
  if (proposer?.person !== signer.person && proposer?.actor !== signer.actor) return;
  throw new Problem('forbidden', {
    zh: '提出人不得签署自己的提议，须由另一人签署',
    en: 'Nobody signs their own proposal: it takes another person.',
  });
}
