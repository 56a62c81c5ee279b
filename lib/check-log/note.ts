import * as z from 'zod/mini';
import { Annotation } from './annotation.ts';
import { Annulment } from './annulment.ts';
import { CaseReport } from './case-report.ts';
import { Determination } from './determination.ts';
import { Feedback } from './feedback.ts';
import { Grant } from './grant.ts';

/** What is appended to a check, never edited. */
export const Note = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('determination'), ...Determination.shape }),
  z.strictObject({ kind: z.literal('annulment'), ...Annulment.shape }),
  z.strictObject({ kind: z.literal('grant'), ...Grant.shape }),
  z.strictObject({ kind: z.literal('feedback'), ...Feedback.shape }),
  z.strictObject({ kind: z.literal('case'), ...CaseReport.shape }),
  z.strictObject({ kind: z.literal('annotation'), ...Annotation.shape }),
]);
export type Note = z.infer<typeof Note>;
export type NoteOf<Kind extends Note['kind']> = Extract<Note, { kind: Kind }>;

/** The notes of one kind, oldest first. */
export const notesOf = <Kind extends Note['kind']>(notes: readonly Note[], kind: Kind): NoteOf<Kind>[] =>
  notes.filter((note): note is NoteOf<Kind> => note.kind === kind);
