import type { Bilingual } from '../kernel/text.ts';

/** Which rule an identifier breaks. Stable: it goes out as the code of an error. */
export type FaultRule =
  | 'length'
  | 'alphabet'
  | 'structure'
  | 'division'
  | 'birth-date'
  | 'check-digit'
  | 'organisation-code'
  | 'masked'
  | 'country'
  | 'private-range';

/**
 * One rule that an identifier breaks. Position and character are those of the folded identifier. No fault of a person's
 * scheme holds the number: neither the message nor a suggestion.
 */
export interface IdentifierFault {
  readonly rule: FaultRule;
  /** Counted from 1. For a check digit: where the digit stands that does not agree with the rest. */
  readonly position?: number;
  readonly character?: string;
  readonly message: Bilingual;
  /** A whole code that passes, one likely slip away (see repair.ts). Of the first fault only, and of organisations only. */
  readonly suggestion?: string | undefined;
}

/** `index` counts from 0. */
export function faultAt(rule: FaultRule, value: string, index: number, message: Bilingual): IdentifierFault {
  const code = value.codePointAt(index);
  return code === undefined
    ? { rule, position: index + 1, message }
    : { rule, position: index + 1, character: String.fromCodePoint(code), message };
}

/** `expected` is what the scheme asks for, in words of both languages. */
export function lengthFault(value: string, expected: { zh: string; en: string }): IdentifierFault {
  return {
    rule: 'length',
    message: {
      zh: `应为${expected.zh}，现为 ${value.length} 位`,
      en: `expected ${expected.en}, found ${value.length} characters`,
    },
  };
}

/** One fault for each character outside the alphabet. Call it after the length is known to be right: it bounds the list. */
export function alphabetFaults(value: string, alphabet: string, first = 0, end = value.length): IdentifierFault[] {
  const faults: IdentifierFault[] = [];
  for (let index = first; index < end; index += 1) {
    const character = value.charAt(index);
    if (alphabet.includes(character)) continue;
    faults.push(
      faultAt('alphabet', value, index, {
        zh: `第 ${index + 1} 位不允许使用该字符`,
        en: `character ${index + 1} is not allowed there`,
      }),
    );
  }
  return faults;
}

/**
 * The same faults with the suggestion on the first, worked out when it is asked for: it costs a hundred times what finding
 * the fault does, and a batch may hold thousands.
 */
export function withSuggestion(
  faults: readonly IdentifierFault[],
  suggest: () => string | undefined,
): readonly IdentifierFault[] {
  const [first, ...rest] = faults;
  if (first === undefined) return faults;
  return [
    {
      ...first,
      get suggestion() {
        return suggest();
      },
    },
    ...rest,
  ];
}
