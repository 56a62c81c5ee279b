import { Problem } from '../kernel/problem.ts';
import type { SubjectChange } from './ports.ts';

/** What DynamoDB writes at once. */
const MAX_ITEMS = 100;

/**
 * Twenty linked persons take some eighty items; more than a hundred come only where several have red listings that end or
 * come back, or where a red one of a subject with as many predecessors does. `more` is what is written beside the changes.
 * @throws Problem `conflict`
 */
export function assertOneTransaction(changes: readonly SubjectChange[], more = 0): void {
  const items = changes
    .map(
      ({ change, documents, names, opened = [], cases = [] }) =>
        // One for a standing, whether it moves or only must not have.
        1 + change.records.length + documents.length + names.length + opened.length + cases.length,
    )
    // What ends is found again by one more.
    .reduce((sum, each) => sum + each, 1 + more);
  if (items <= MAX_ITEMS) return;
  if (
    changes.some(({ opened = [], cases = [] }) => [...opened, ...cases].some(({ kind }) => kind === 'identification'))
  )
    throw new Problem('conflict', {
      zh: '一次认定的名单记录与该主体的关联主体、红名单记录合计过多，不能一次办结：请不予签署（decision 为 decline），由提出人减少 also 中的记录后重新提出',
      en: 'So many listings, with the subjects that are tied to the firm and their red listings, are more than can be settled at once: decline this proposal (decision: decline), and have it proposed anew with fewer in also.',
    });
  throw new Problem('conflict', {
    zh: '关联人员、所承继或承继的主体及其记录过多，不能一次办结：请先将其中的红名单记录和部分人员的记录各自办结（撤销或异议），再办理本事项',
    en: 'More hangs on this than can be written at once (linked persons, successors, predecessors): settle their red listings and those of some persons by themselves first, by a revocation or an objection of each.',
  });
}
