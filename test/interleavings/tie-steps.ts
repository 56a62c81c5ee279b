import { assertPossible } from '../../functions/aliases/carry-out.ts';
import { step } from '../../functions/aliases/step.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { type Alias, type Meant, meantBy } from '../../lib/listing/alias.ts';
import { answered, proposed, withdrawalProposed } from '../../lib/listing/alias-steps.ts';
import type { AliasStore } from '../../lib/listing/ports.ts';
import { NONE_ABOLISHED } from '../../lib/listing/term.ts';
import type { TieStep } from './history.ts';
import { signerOf } from './steps.ts';
import type { Subject } from './subjects.ts';

const GROUND = '吸收合并';

/** That one succeeds the other, as a steward says it. */
export const succession = (predecessor: Subject, successor: Subject): Meant =>
  meantBy({
    kind: 'successor',
    predecessor: predecessor.number,
    successor: successor.number,
    ground: GROUND,
  });

/** The product's own step of a succession, as the function takes it. */
export async function tieStep(
  { do: wanted, by }: TieStep,
  meant: Meant,
  aliases: AliasStore,
  clock: Clock,
): Promise<void> {
  if (wanted === 'propose-succession') await assertPossible(meant, aliases);
  const signer = signerOf(by);
  await step(meant.id, { aliases, clock, abolitions: NONE_ABOLISHED }, (before, now): Alias => {
    switch (wanted) {
      case 'propose-succession':
        return proposed(meant, before, signer, GROUND, now);
      case 'propose-parting':
        return withdrawalProposed(known(before), signer, GROUND, now);
      case 'sign':
        return answered(known(before), {}, signer, now);
      case 'decline':
        return answered(known(before), { decision: 'decline', ground: GROUND }, signer, now);
    }
  });
}

function known(alias: Alias | undefined): Alias {
  if (alias) return alias;
  throw new Problem('not-found', { zh: '没有', en: 'Nothing was said.' });
}
