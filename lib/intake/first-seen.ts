/** Slots to begin with; doubled as they fill. */
const FIRST_SLOTS = 1_024;
/** Sixteen bytes each: what a table may take at most. */
const MAX_SLOTS = 1_048_576;
const LOAD = 0.8;
/** Two 32-bit words of the key's hash, one of the value's, and the line. */
const WORDS = 4;
const SEEDS = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b] as const;
const PRIME = 0x01000193;

/** Where a key was seen first, and with another value. */
export interface Earlier {
  readonly line: number;
  readonly differs: boolean;
}

/**
 * Remembers of each key the first value and its line, as hashes, in memory that has a bound: 64 bits of the key, so that
 * two of a million keys are taken for one with a chance below 10⁻⁶, and 32 of the value.
 */
export class FirstSeen {
  #slots = new Uint32Array(FIRST_SLOTS * WORDS);
  #taken = 0;

  /** What was there before; `full` where the key is new and there is no room left for it. */
  see(key: string, value: string, line: number): Earlier | 'new' | 'full' {
    if (this.#taken >= (this.#slots.length / WORDS) * LOAD && !this.#grow()) {
      const at = this.#find(hashOf(key, 0), hashOf(key, 1));
      return this.#slots[at + WORDS - 1] === 0 ? 'full' : this.#earlier(at, hashOf(value, 2));
    }
    const [high, low, valueHash] = [hashOf(key, 0), hashOf(key, 1), hashOf(value, 2)];
    const at = this.#find(high, low);
    if (this.#slots[at + WORDS - 1] !== 0) return this.#earlier(at, valueHash);
    this.#slots.set([high, low, valueHash, line], at);
    this.#taken += 1;
    return 'new';
  }

  /** The line on which a key was seen first. */
  lineOf(key: string): number | undefined {
    return this.#slots[this.#find(hashOf(key, 0), hashOf(key, 1)) + WORDS - 1] || undefined;
  }

  #earlier(at: number, valueHash: number): Earlier {
    return { line: this.#slots[at + WORDS - 1] ?? 0, differs: this.#slots[at + 2] !== valueHash };
  }

  /** The slot of the key, or the free one where it belongs. A line of 0 marks a free one: lines count from 1. */
  #find(high: number, low: number): number {
    const count = this.#slots.length / WORDS;
    for (let slot = low % count; ; slot = (slot + 1) % count) {
      const at = slot * WORDS;
      if (this.#slots[at + WORDS - 1] === 0) return at;
      if (this.#slots[at] === high && this.#slots[at + 1] === low) return at;
    }
  }

  #grow(): boolean {
    const before = this.#slots;
    if (before.length / WORDS >= MAX_SLOTS) return false;
    this.#slots = new Uint32Array(before.length * 2);
    for (let from = 0; from < before.length; from += WORDS)
      if (before[from + WORDS - 1] !== 0)
        this.#slots.set(before.subarray(from, from + WORDS), this.#find(before[from] ?? 0, before[from + 1] ?? 0));
    return true;
  }
}

/** FNV-1a over UTF-16 units, its bits mixed at the end. */
function hashOf(text: string, seed: 0 | 1 | 2): number {
  let hash: number = SEEDS[seed];
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}
