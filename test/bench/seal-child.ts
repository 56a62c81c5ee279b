import { createRequire } from 'node:module';
import { peakMemory } from '../../infra/local/peak-memory.ts';

/** Runs the sealer's bundle once, in a process that has done nothing else. Tells its report and the peak of its memory, in bytes. */
const [, , file = ''] = process.argv;
const { handler } = createRequire(import.meta.url)(file);
const report: unknown = await handler({});
process.send?.({ report, peakBytes: peakMemory() }, () => process.exit(0));
