import type { Grade } from '../catalogue/vocabulary.ts';

const HEAVINESS: Readonly<Record<Grade, number>> = { minor: 0, ordinary: 1, serious: 2 };

/** Whether a grade weighs more than another; than none, every grade does. */
export const isHeavier = (grade: Grade, than: Grade | undefined): boolean =>
  than === undefined || HEAVINESS[grade] > HEAVINESS[than];
