import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { splitConsortium } from '../../lib/subject/consortium.ts';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';
import { checkAll, PRINCIPAL } from './batches.ts';
import { type Door, openDoor } from './door.ts';
import { realFile } from './files.ts';

const FILE = realFile('bid-candidates-yichang-2025.csv');
const BUDGET_MS = 240_000;
/** Lines in one request. */
const PART = 1_000;
/** When the list says that all was granted: on the day after the checks, which the list itself does not have. */
const GRANTED = new Date(Date.now() + 60_000).toISOString();

const Report = z.object({
  lines: z.int(),
  counts: z.record(z.string(), z.int()),
  findings: z.array(z.object({ line: z.int(), kind: z.string() })),
  coverage: z.object({ principals: z.array(z.object({ granted: z.int(), checked: z.int() })) }),
});

/** The first-ranked, one row for each company of a consortium, under a code that nobody has: the file gives names alone. */
const rows = FILE.here
  ? FILE.rows()
      .filter(({ rank }) => rank === '1')
      .flatMap(({ infoid = '', bidder = '' }) => splitConsortium(bidder).map((name) => ({ matter: infoid, name })))
  : [];
const names = [...new Set(rows.map(({ name }) => name))];
const codes = new Map(names.map((name, index) => [name, codeOf(index)]));
/** Every second bidder is checked, wherever it bids. */
const isChecked = (name: string): boolean => names.indexOf(name) % 2 === 0;

function codeOf(index: number): string {
  const body = `XYGR${String(index).padStart(4, '0')}`;
  const seventeen = `91420500${body}${orgCodeCheckCharacter(body)}`;
  return `${seventeen}${usccCheckCharacter(seventeen)}`;
}

describe.skipIf(!FILE.here)(`the candidates of a trading centre, held against the log${FILE.orSkipped}`, () => {
  let door: Door;
  let reports: z.infer<typeof Report>[];

  beforeAll(async () => {
    door = await openDoor('procurement');
    const byMatter = Map.groupBy(
      rows.filter(({ name }) => isChecked(name)),
      ({ matter }) => matter,
    );
    for (const [matter, bids] of byMatter) {
      const bidders = [...new Set(bids.map(({ name }) => name))];
      const items = bidders.map((name, index) => ({
        ref: String(index),
        subjects: [{ scheme: 'uscc', id: codes.get(name) ?? '' }],
      }));
      await checkAll(door, 'procurement', { scene: 'government-procurement', matter: { id: matter } }, items);
    }
    const lines = rows.map(({ matter, name }) =>
      JSON.stringify({
        subjectScheme: 'uscc',
        subjectId: codes.get(name),
        principalId: PRINCIPAL.id,
        matter,
        grantedAt: GRANTED,
      }),
    );
    const starts = Array.from({ length: Math.ceil(lines.length / PART) }, (_, index) => index * PART);
    reports = [];
    for (const start of starts) reports.push(await reconcile(lines.slice(start, start + PART).join('\n')));
  }, BUDGET_MS);
  afterAll(() => door?.close());

  async function reconcile(body: string): Promise<z.infer<typeof Report>> {
    const token = await door.stack.token('auditor');
    const response = await fetch(`${door.stack.url}/v1/reconciliations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body,
    });
    expect(response.status).toBe(200);
    return Report.parse(await response.json());
  }

  it('has the gap that was left, line by line', () => {
    const found = reports.flatMap(({ findings }, part) => findings.map(({ line, kind }) => [part * PART + line, kind]));
    const gap = rows.flatMap(({ name }, index) => (isChecked(name) ? [] : [[index + 1, 'without-check']]));
    expect(rows.length).toBeGreaterThan(1_000);
    expect(found).toEqual(gap);
  });

  it('has the coverage that follows from it', () => {
    const sum = (of: (report: z.infer<typeof Report>) => number) =>
      reports.reduce((total, each) => total + of(each), 0);
    const checked = rows.filter(({ name }) => isChecked(name)).length;
    expect(sum(({ counts }) => counts.fine ?? 0)).toBe(checked);
    expect(sum(({ counts }) => counts['without-check'] ?? 0)).toBe(rows.length - checked);
    const [granted, covered] = [
      sum(({ coverage }) => coverage.principals[0]?.granted ?? 0),
      sum(({ coverage }) => coverage.principals[0]?.checked ?? 0),
    ];
    expect([granted, covered]).toEqual([rows.length, checked]);
  });
});
