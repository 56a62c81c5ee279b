/**
 * No scene keeps its records longer after a matter, and no matter stays open longer, both together: what says so is no rule of
 * this service. A tombstone that names more years excuses nothing, so that a catalogue may not ask for more.
 */
export const MOST_KEEP_YEARS = 100;

/** A record's own term ends so long after the last day that its matter's bound can fall on. */
export const BACKSTOP_YEARS = 1;

/** No record's own term is shorter: a matter of a year, kept for a year after it, and the backstop. */
export const LEAST_TERM_YEARS = 2 + BACKSTOP_YEARS;
