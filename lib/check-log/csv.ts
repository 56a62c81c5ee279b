/** What a spreadsheet takes for a formula (CWE-1236), and a number that it would round to fifteen digits. */
const FORMULA = /^[=+\-@\t\r]/;
const LONG_NUMBER = /^\d{12,}$/;

/** One line of a CSV file (RFC 4180) that a spreadsheet opens as it was written. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(text: string): string {
  const shown = FORMULA.test(text) || LONG_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
