import { log } from '../../lib/edge/telemetry.ts';
import { type IntakePorts, StepOrder, type StepResult } from '../../lib/intake/step.ts';
import { takeStep } from '../../lib/intake/steps.ts';

/** One step of one import, asked for by the flow; what fails is the flow's to repeat. */
export function intakeHandler(ports: IntakePorts) {
  return async (event: unknown): Promise<StepResult> => {
    const order = StepOrder.parse(event);
    const started = performance.now();
    const result = await takeStep(ports, order);
    const durationMs = Math.round(performance.now() - started);
    log('info', 'step taken', { importId: order.importId, step: order.step, durationMs });
    return result;
  };
}
