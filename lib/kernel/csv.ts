/** What a spreadsheet takes for a formula (CWE-1236), and a number that it would round or whose zeros it would drop. */
const FORMULA = /^[=+\-@\t\r]/;
const CODE_OF_DIGITS = /^(\d{12,}|0\d+)$/;

/** One line of a CSV file (RFC 4180) that a spreadsheet opens as it was written. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(text: string): string {
  const shown = FORMULA.test(text) || CODE_OF_DIGITS.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
