import { createRequire } from 'node:module';

/** Runs the sealer's bundle once, in a process that has done nothing else. Tells its report and the peak of its memory, in KB. */
const [, , file = ''] = process.argv;
const { handler } = createRequire(import.meta.url)(file);
const report: unknown = await handler({});
process.send?.({ report, peakKb: process.resourceUsage().maxRSS }, () => process.exit(0));
