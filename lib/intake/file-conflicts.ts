import { organisationKey } from '../subject/key.ts';
import type { Conflict } from './conflict.ts';
import type { ConflictReport } from './conflicts.ts';

const CODE_LENGTH = 18;
/** Characters 9 to 17 of the unified code: 主体标识码. */
const BODY = [8, 17] as const;

/** What contradicts itself within one file, as it is kept for a steward: the same whichever lines it stands on. */
export const fileConflicts = (source: string, { conflicts }: ConflictReport): Conflict[] =>
  conflicts.map(({ kind, firstLine, line, name, code }) => ({
    kind,
    source,
    ...(code !== undefined && { subject: keyOf(code) }),
    values: [name, code].filter((value) => value !== undefined),
    lines: [firstLine, line].filter((at) => at !== undefined),
  }));

const keyOf = (code: string) => organisationKey(code.length === CODE_LENGTH ? code.slice(...BODY) : code);
