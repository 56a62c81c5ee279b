import * as z from 'zod/mini';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { keysHandler } from './handler.ts';

const env = readEnvironment(process.env, z.pick(Variables, { SIGNING_KEYS: true }));

export const handler = keysHandler({ keys: [...parseSigningKeys(env.SIGNING_KEYS).published] });
