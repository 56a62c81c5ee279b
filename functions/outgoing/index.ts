import * as z from 'zod/mini';
import { eventBridgeClient } from '../../lib/bus/client.ts';
import { EventBridgeBus } from '../../lib/bus/event-bridge.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { outgoingHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, EVENT_BUS: true, EVENTS_ENDPOINT: true }),
);
const client = eventBridgeClient({ region: env.AWS_REGION, endpoint: env.EVENTS_ENDPOINT });

export const handler = outgoingHandler(new EventBridgeBus(client, env.EVENT_BUS));
