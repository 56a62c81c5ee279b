import { createRequire } from 'node:module';
import * as z from 'zod';
import { conduct, type Worker } from './intake-conductor.ts';
import { peakMemory } from './peak-memory.ts';

/** A process of its own for one import: the worker's bundle, and the flow around it. */
const Bundle = z.object({ handler: z.custom<Worker>((value) => typeof value === 'function') });
const Argument = z.tuple([z.string(), z.string(), z.string()]);

const [file, importId, first] = Argument.parse(process.argv.slice(2));
// Whoever started this process is gone: nobody would notice a failure, and the next start goes on with the import.
const orphaned = () => process.exit(1);
process.once('disconnect', orphaned);
await conduct(Bundle.parse(createRequire(import.meta.url)(file)).handler, importId, first, 'local');
process.send?.({ peakBytes: peakMemory() });
// Its own end is no failure: one that counted as such would be started again, and again.
process.off('disconnect', orphaned);
process.disconnect?.();
