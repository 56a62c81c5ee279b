import type { Catalogue, Scene } from '../catalogue/catalogue.ts';
import type { Head } from '../catalogue/head.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Standing } from '../listing/standing.ts';
import type { Identifier } from '../subject/identifier.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { CheckQuestion } from './question.ts';

/** A subject of the question, or one related to it, with what the Registry holds under its identifier. */
export interface Asked {
  readonly identifier: Identifier;
  /** Every name that it goes by: the caller's, and those under which the Registry knows it. */
  readonly names: readonly string[];
  /** Its own key; undefined for what has none yet. */
  readonly key: SubjectKey | undefined;
  /** Every standing that the identifier leads to: its own, that of a predecessor, or those that bear the name. */
  readonly standings: readonly Standing[];
  /** What is listed under its name and no more: whether it is meant, a person has to find. */
  readonly namesakes: readonly Standing[];
  /** A registration number that nobody has tied to a code. */
  readonly unresolved: boolean;
  /** A failing code that a steward has attested. */
  readonly attested: boolean;
}

export interface AskedSubject extends Asked {
  readonly role: string | undefined;
  readonly related: readonly (Asked & { readonly relation: string })[];
}

/** All that a decision rests on. The same evidence at the same moment gives the same decision, always. */
export interface Evidence {
  readonly scene: Scene;
  readonly matter: CheckQuestion['matter'];
  readonly subjects: readonly AskedSubject[];
  readonly head: Head;
  readonly catalogue: Catalogue;
  readonly now: Instant;
}
