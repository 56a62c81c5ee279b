import { Problem } from '../kernel/problem.ts';

/** The same for a record that does not exist and for one that is another caller's: whether it exists is no one's to learn. */
export const noSuchCheck = (): Problem =>
  new Problem('not-found', { zh: '没有该核查，或不可见', en: 'No such check, or not visible to this caller.' });
