import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KEPT_DAYS } from '../intake-settings.ts';

const DAY_MS = 86_400_000;
/** What a broken upload leaves: nobody goes on with it. */
const PART = '.part';

/**
 * Removes what has lain in the intake's folder for longer than the bucket on AWS keeps it, and only of imports that are
 * over: a machine may have stood still for longer than that, and the next start goes on with the others.
 */
export async function sweepIntake(folder: string, isOver: (importId: string) => Promise<boolean>): Promise<void> {
  for (const [prefix, days] of Object.entries(KEPT_DAYS)) {
    const within = join(folder, prefix);
    if (!existsSync(within)) continue;
    for (const name of readdirSync(within)) {
      const path = join(within, name);
      const [importId = ''] = name.split('.');
      if (statSync(path).mtimeMs >= Date.now() - days * DAY_MS) continue;
      if (name.endsWith(PART) || (await isOver(importId))) rmSync(path, { recursive: true, force: true });
    }
  }
}
