import { defineConfig } from 'vitest/config'

const resultsOfCi = '.cache/test-results.json'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Property tests walk thousands of estates; a busy machine must not fail them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What `.ci/run` counts, and refuses skipped tests by.
    ...(process.env['CI'] === 'true'
      ? { reporters: ['default', 'json'], outputFile: { json: resultsOfCi } }
      : {}),
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.*', 'src/**/testing/**', 'src/main.ts'],
      reporter: ['text-summary', 'html'],
      reportsDirectory: 'coverage',
    },
  },
})
