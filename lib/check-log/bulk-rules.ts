/** What of a client's looks in one hour is unusual (H21#13 泄露追责): more than this is registered, and hinders nothing. */
export interface BulkRule {
  readonly counts: 'looks' | 'subjects' | 'lines';
  readonly moreThan: number;
}

export const BULK_WINDOW_MINUTES = 60;

/** So many subjects are told apart, and one more: whoever looks at more of them has broken the rule. */
export const MOST_SUBJECTS = 200;

/** Far above a day's work at a counter, and far below a copy of the log. */
export const BULK_RULES: readonly BulkRule[] = [
  { counts: 'looks', moreThan: 600 },
  { counts: 'subjects', moreThan: MOST_SUBJECTS },
  { counts: 'lines', moreThan: 50_000 },
];
