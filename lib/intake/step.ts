import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { EventRecord } from '../listing/event.ts';
import type { StandingStore } from '../listing/ports.ts';
import type { WatchList } from '../listing/promotion.ts';
import type { PersonKeyring, SubjectKey } from '../subject/key.ts';
import type { Conflict } from './conflict.ts';
import type { Import, PieceResult } from './import.ts';
import type { IntakeObjects, NameIndex, SourceIndex } from './ports.ts';
import type { Resolve } from './resolve.ts';
import { released, type SourceState } from './source-state.ts';

/** What the flow hands to a worker, and a worker to the flow. */
export const Step = z.enum(['begin', 'resume', 'lease', 'diff', 'decide', 'work', 'give-up', 'finish', 'fail']);
export type Step = z.infer<typeof Step>;

export const StepOrder = z.object({
  importId: z.string().check(z.minLength(1)),
  step: Step,
  /** The run of the flow that asks: another one of the same import finds it taken. */
  run: z.string().check(z.minLength(1)),
  /** The bucket or the piece, of a step that is done for each. */
  item: z.optional(z.string()),
  /** Since when the import has waited for its source, in epoch seconds; 0 where it has not. */
  waitingSince: z.optional(z.int()),
});
export type StepOrder = z.infer<typeof StepOrder>;

/** What comes next: a step for each of some items, where there are any, and then one more. Whole, for a flow has no defaults. */
export interface StepResult {
  readonly importId: string;
  /** Empty where there is nothing to do for items. */
  readonly each: 'diff' | 'work' | '';
  readonly items: readonly string[];
  readonly next: Step | 'end';
  /** To wait before it. */
  readonly waitSeconds: number;
  readonly waitingSince: number;
}

export const following = (
  importId: string,
  next: StepResult['next'],
  more: Partial<Omit<StepResult, 'importId' | 'next'>> = {},
): StepResult => ({ importId, each: '', items: [], next, waitSeconds: 0, waitingSince: 0, ...more });

/** Where imports and what the sources have left are kept. */
export interface ImportStore {
  read(id: string): Promise<Import | undefined>;
  /** Changes an import by a pure step, repeated when another change came first. */
  change(id: string, next: (before: Import) => Import): Promise<Import>;
  savePiece(id: string, step: 'diff' | 'work', piece: string, result: PieceResult): Promise<void>;
  pieces(id: string, step: 'diff' | 'work'): Promise<ReadonlyMap<string, PieceResult>>;
  source(source: string): Promise<SourceState | undefined>;
  /** Resolves with undefined where the step gives undefined: nothing is written then. */
  changeSource(
    source: string,
    next: (before: SourceState) => SourceState | undefined,
  ): Promise<SourceState | undefined>;
  /** Keeps what is new of them. */
  recordConflicts(conflicts: readonly Conflict[], at: Instant): Promise<void>;
}

export interface IntakePorts {
  readonly imports: ImportStore;
  readonly objects: IntakeObjects;
  readonly store: StandingStore & {
    /** Everything that has happened to a subject, oldest first. */
    history(key: SubjectKey): Promise<readonly EventRecord[]>;
  };
  readonly index: SourceIndex;
  readonly names: NameIndex;
  /** Whose a registration number is, or a code that fails its check: only where a steward has tied them. */
  readonly resolve: Resolve;
  readonly catalogue: () => Promise<Catalogue>;
  /** The watch lists to which repeated minor faults lead, under the catalogue in force. */
  readonly watchLists: () => Promise<readonly WatchList[]>;
  /** Says that a source is complete as of a moment. */
  readonly refresh: (source: string, asOf: Instant) => Promise<void>;
  /** Says what could not be written, and why, to whoever is on duty. Of the cause it tells the name: the rest may quote a row. */
  readonly notWritten: (what: Unwritten, cause: unknown) => void;
  readonly ring: PersonKeyring;
  readonly clock: Clock;
}

/** A part of a piece that a worker could not carry out. */
interface Unwritten {
  readonly importId: string;
  readonly piece: string;
  /** Units of the piece: as a rule one for each subject. */
  readonly units: number;
}

const FINISHED: ReadonlySet<Import['state']> = new Set(['done', 'refused', 'failed']);

/** Whether nothing can happen to it any more. */
export const isFinished = ({ state }: Pick<Import, 'state'>): boolean => FINISHED.has(state);

export async function importOf({ imports }: Pick<IntakePorts, 'imports'>, id: string): Promise<Import> {
  const found = await imports.read(id);
  if (!found) throw new RangeError('no such import');
  return found;
}

/** Ends an import that cannot be carried out; its source is free for the next. */
export async function refuse(
  { imports }: IntakePorts,
  { id, source }: Import,
  code: string,
  detail: Bilingual,
  state: 'refused' | 'failed' = 'refused',
): Promise<StepResult> {
  await imports.change(id, (before) => (isFinished(before) ? before : { ...before, state, refusal: { code, detail } }));
  await release({ imports }, source, id);
  return following(id, 'end');
}

export async function release({ imports }: Pick<IntakePorts, 'imports'>, source: string, id: string): Promise<void> {
  await imports.changeSource(source, (before) => (before.lease?.import === id ? released(before, id) : undefined));
}
