import type { Bilingual } from '../kernel/text.ts';
import table from './departments.json' with { type: 'json' };

interface Department {
  readonly name: string;
  readonly categories: ReadonlyMap<string, string>;
}

// The table is data because the registrars keep adding pairs: edit departments.json, not this file. A pair that is in
// use and not yet in it can be attested meanwhile.
const DEPARTMENTS: ReadonlyMap<string, Department> = new Map(
  Object.entries(table.departments).map(([code, { name, categories }]) => [
    code,
    { name, categories: new Map(Object.entries(categories)) },
  ]),
);

const PAIRS: ReadonlySet<string> = new Set(
  [...DEPARTMENTS].flatMap(([code, department]) =>
    [...department.categories.keys()].map((category) => code + category),
  ),
);

/** The pairs of registration department and category, such as `91` for an enterprise. */
export const registrationPairs = (): ReadonlySet<string> => PAIRS;

/** What is wrong with the first two characters of a code: `index` 0 for the department, 1 for the category. */
export function pairFault(department: string, category: string): { index: 0 | 1; message: Bilingual } | undefined {
  const known = DEPARTMENTS.get(department);
  if (known === undefined) {
    return {
      index: 0,
      message: { zh: '第 1 位不是登记管理部门代码', en: 'character 1 is not the code of a registration department' },
    };
  }
  if (known.categories.has(category)) return undefined;
  const listed = [...known.categories].map(([code, name]) => `${code} ${name}`).join('、');
  return {
    index: 1,
    message: {
      zh: `第 2 位不是该登记管理部门（${known.name}）的机构类别代码，可用：${listed}`,
      en: `character 2 is not a category of department ${department}, which has ${[...known.categories.keys()].join(', ')}`,
    },
  };
}
