import { resolve } from 'node:path';
import * as z from 'zod';
import { IN_MEMORY } from './data-folder.ts';
import { StartFailure } from './start-failure.ts';

const HIGHEST_PORT = 65_535;

const port = (otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((number) => number <= HIGHEST_PORT)
    .default(otherwise);

const Environment = z.object({
  PORT: port(3000),
  ISSUER_PORT: port(3001),
  GRANTGATE_DATA: z
    .string()
    .min(1)
    .default('.local/')
    .transform((folder) => (folder === IN_MEMORY ? IN_MEMORY : resolve(folder))),
});

export interface LocalEnvironment {
  readonly port: number;
  readonly issuerPort: number;
  /** Absolute, or `:memory:`. */
  readonly dataFolder: string;
}

/**
 * What moves the local stack, parsed.
 * @throws StartFailure that names the variable and says what it takes
 */
export function localEnvironment(variables: Readonly<Record<string, string | undefined>>): LocalEnvironment {
  const parsed = Environment.safeParse(variables);
  if (parsed.success) {
    return {
      port: parsed.data.PORT,
      issuerPort: parsed.data.ISSUER_PORT,
      dataFolder: parsed.data.GRANTGATE_DATA,
    };
  }
  const variable = String(parsed.error.issues[0]?.path[0]);
  const takes = variable === 'GRANTGATE_DATA' ? `a folder or ${IN_MEMORY}` : `a port from 0 to ${HIGHEST_PORT}`;
  throw new StartFailure(`${variable} takes ${takes}, not ${JSON.stringify(variables[variable])}.`);
}
