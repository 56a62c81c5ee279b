import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stateDiagram } from '../../lib/listing/phase.ts';

it('the documentation shows the table of transitions as it is', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/listings.md'), 'utf8');
  expect(/```mermaid\n([\s\S]*?)```/.exec(page)?.[1]).toBe(stateDiagram());
});
