import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/summary-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more workers would only make the engines wait for each other.
    maxWorkers: 2,
    // The functions' log lines are of interest only where a test fails.
    silent: 'passed-only',
  },
});
