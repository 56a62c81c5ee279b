import * as z from 'zod/mini';

// Compiling a schema pays after some thousand parses; a cold start waits for every one of them: 26 ms of it, and a warm
// check loses 0.1 ms at 28 listings. Imported first, as schemas are compiled when they are made.
z.config({ jitless: true });
