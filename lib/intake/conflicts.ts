import { isNameKey } from '../subject/key.ts';
import { FirstSeen } from './first-seen.ts';
import { addTo } from './import.ts';
import type { ReadRow, Row } from './row.ts';

/** What does not agree about who is who. It is for a steward to settle, and never settled by a guess. */
type ConflictKind =
  | 'one-code-two-names'
  | 'one-name-two-codes'
  /** 主体标识码 alike, and full codes that are not. */
  | 'one-body-two-prefixes'
  /** A row of which nothing but the name can be read: no listing. What is listed under a name is told as it is written. */
  | 'name-only';

/** Two rows of one file that do not agree, or one without a code. Organisations only. */
export interface Conflict {
  readonly kind: ConflictKind;
  /** The line that was there first; absent where no row of the file has the name of a row without a code. */
  readonly firstLine?: number;
  readonly line: number;
  /** As the later row has them; the name folded. */
  readonly name?: string;
  readonly code?: string;
}

export interface ConflictReport {
  /** The first of them, each pair once. */
  readonly conflicts: readonly Conflict[];
  /** How many rows conflict in each way, those beyond the list included. */
  readonly found: Readonly<Record<string, number>>;
  /** Rows that could not be compared, as the file names more subjects than are remembered. */
  readonly uncompared: number;
}

const MAX_LISTED = 1_000;

/**
 * Finds the conflicts among the rows of a file while they pass. Its memory has a bound (some 50 MB for a file of 800,000
 * subjects and more): it remembers hashes and lines, and no row.
 */
export class ConflictFinder {
  readonly #nameOfCode = new FirstSeen();
  readonly #codeOfName = new FirstSeen();
  readonly #fullCode = new FirstSeen();
  readonly #listed = new Map<string, Conflict>();
  readonly #found: Record<string, number> = {};
  #uncompared = 0;

  see(read: ReadRow): void {
    const found = read.ok ? this.#inRow(read.row) : this.#nameAlone(read.line, read.nameOnly);
    for (const conflict of found) {
      addTo(this.#found, { [conflict.kind]: 1 });
      const key = `${conflict.kind}|${conflict.firstLine ?? ''}|${conflict.name ?? ''}|${conflict.code ?? ''}`;
      if (this.#listed.size < MAX_LISTED && !this.#listed.has(key)) this.#listed.set(key, conflict);
    }
  }

  report(): ConflictReport {
    return { conflicts: [...this.#listed.values()], found: this.#found, uncompared: this.#uncompared };
  }

  #inRow({ line, keys: [key], subject, foldedName: name }: Row): Conflict[] {
    // A person has no name here, and a number that must not be told; a name alone contradicts nothing.
    if (name === undefined || isNameKey(key)) return [];
    const code = subject.code ?? key.slice('o:'.length);
    const compared = [
      ['one-code-two-names', this.#nameOfCode.see(key, name, line)],
      ['one-name-two-codes', this.#codeOfName.see(name, key, line)],
      ['one-body-two-prefixes', subject.code === undefined ? 'new' : this.#fullCode.see(key, subject.code, line)],
    ] as const;
    if (compared.some(([, seen]) => seen === 'full')) this.#uncompared += 1;
    return compared.flatMap(([kind, seen]) =>
      typeof seen === 'object' && seen.differs ? [{ kind, firstLine: seen.line, line, name, code }] : [],
    );
  }

  #nameAlone(line: number, name: string | undefined): Conflict[] {
    if (name === undefined) return [];
    const firstLine = this.#codeOfName.lineOf(name);
    return [{ kind: 'name-only', ...(firstLine !== undefined && { firstLine }), line, name }];
  }
}
