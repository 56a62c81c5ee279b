import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type ClientOptions, LOCAL_CREDENTIALS } from './client.ts';

/** The flow that calls the worker step by step. */
export class IntakeFlow {
  readonly #client: SFNClient;
  readonly #flow: string;

  constructor({ endpoint, region }: ClientOptions, flow: string) {
    this.#client = new SFNClient({
      region,
      ...(endpoint !== undefined && { endpoint, credentials: LOCAL_CREDENTIALS }),
    });
    this.#flow = flow;
  }

  /** Goes on with an import that was approved; asked again, it goes on once. */
  async goOn(importId: string): Promise<void> {
    try {
      await this.#client.send(
        new StartExecutionCommand({
          stateMachineArn: this.#flow,
          name: `${importId}-approved`,
          input: JSON.stringify({ importId, step: 'lease', waitingSince: 0 }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }
}
