import { type Import, sumOf } from './import.ts';
import { following, type IntakePorts, type StepResult } from './step.ts';

/** The pieces that have something to write; straight to the end where none has. */
export async function workItems({ imports }: Pick<IntakePorts, 'imports'>, { id }: Import): Promise<StepResult> {
  const { work } = sumOf([...(await imports.pieces(id, 'diff')).values()]);
  const items = Object.keys(work).toSorted();
  return following(id, 'finish', items.length > 0 ? { each: 'work', items } : {});
}
