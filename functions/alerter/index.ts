import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';
import { alertEvent } from '../../lib/bus/alert-event.ts';
import { eventBridgeClient } from '../../lib/bus/client.ts';
import { EventBridgeBus } from '../../lib/bus/event-bridge.ts';
import { alertingPorts } from '../../lib/dynamo/alerting-ports.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { log, metric } from '../../lib/edge/telemetry.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { alerterHandler } from './handler.ts';

/** A thousand checks: some ten seconds. */
const PAGES = 40;
/** A check puts its record within its client's three attempts of 700 ms after it read; the index follows at once. */
const SETTLED_AFTER_MS = 5_000;

const env = readEnvironment(
  process.env,
  z.pick(Variables, {
    AWS_REGION: true,
    DYNAMODB_ENDPOINT: true,
    REGISTRY_TABLE: true,
    CHECK_LOG_TABLE: true,
    EVENT_BUS: true,
    EVENTS_ENDPOINT: true,
  }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });
const bus = new EventBridgeBus(
  eventBridgeClient({ region: env.AWS_REGION, endpoint: env.EVENTS_ENDPOINT }),
  env.EVENT_BUS,
);

export const handler = alerterHandler({
  ...alertingPorts(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }),
  tell: async (alerts) => {
    const sent = await bus.sendAlerts(alerts.map(alertEvent));
    if (sent < alerts.length) throw new Error('not every alert was taken by the bus');
  },
  unreadable: (checkId) => log('error', 'AlertUnmade', { checkId }, [metric('AlertUnmade', 1, 'Count')]),
  settled: async (at) => {
    await setTimeout(Math.max(0, at + SETTLED_AFTER_MS - systemClock()));
  },
  clock: systemClock,
  pages: PAGES,
});
