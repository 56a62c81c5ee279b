/** What a spreadsheet takes for a formula (CWE-1236), and a number that it would round or whose zeros it would drop. */
const FORMULA = /^[=+\-@\t\r]/;
const CODE_OF_DIGITS = /^(\d{12,}|0\d+)$/;
/** What it takes for a day, a time, a share or a number that it writes otherwise: `2026-11`, `3/12`, `DEC-1`, `5%`, `1E5`, `1.10`. A moment with its time is meant as one. */
const DATE = /^(\d{4}[-/.年]\d{1,2}|\d{1,2}[-/.:月]\d{1,4})([-/.:月]\d{1,4})?[月日]?$/;
const MONTH =
  /^(\d{1,2}[-/ ]?)?(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)[-/ ]?(\d{1,4})?$/i;
const NUMBER = /^\d+(\.\d*)?(%|e[+-]?\d+)$|^\d*\.\d*0$/i;
const CODES = [FORMULA, CODE_OF_DIGITS, DATE, MONTH, NUMBER];

/** One line of a CSV file (RFC 4180) that a spreadsheet opens as it was written. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(text: string): string {
  const shown = CODES.some((code) => code.test(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
