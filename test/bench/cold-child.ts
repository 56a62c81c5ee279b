import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deserialize } from 'node:v8';

/** Loads one bundle and calls it once, in a process that has done nothing else. Tells the milliseconds of both together. */
const [, , file = '', eventFile = ''] = process.argv;
const event: unknown = deserialize(readFileSync(eventFile));
const require = createRequire(import.meta.url);

const started = performance.now();
const { handler } = require(file);
const answer = await handler(event);
const milliseconds = performance.now() - started;

if (answer !== undefined && answer.statusCode !== 201) throw new Error(JSON.stringify(answer));
process.send?.(milliseconds, () => process.exit(0));
