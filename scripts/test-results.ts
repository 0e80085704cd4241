/** What a finished test run says of itself, from the JSON that vitest writes. */

/** The part of vitest's JSON report that counts. */
export interface TestReport {
  readonly success: boolean
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

export interface Judgement {
  readonly passed: number
  readonly failed: number
  /** Why the run does not count as passed, a line each; none where it does. */
  readonly faults: readonly string[]
}

/**
 * Counts and judges a run. A skipped test is a fault, with one exception: a test whose name says that it needs `../shared`
 * (material that is no part of the repository) may skip where that folder is not there. A file that could not be loaded
 * counts as one failed test.
 */
export function judge(report: TestReport, shared: 'present' | 'absent'): Judgement {
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const passed = tests.filter((test) => test.status === 'passed').length
  const failed = tests.filter((test) => test.status === 'failed')
  const brokenFiles = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed')
  const refused = skipped.filter(
    (test) => shared === 'present' || !test.fullName.includes('../shared'),
  )
  return {
    passed,
    failed: failed.length + brokenFiles.length,
    faults: [
      ...failed.map((test) => `failed: ${test.fullName}`),
      ...brokenFiles.map((file) => `could not be run: ${file.name}`),
      ...refused.map((test) => `skipped: ${test.fullName}`),
      ...(passed === 0 ? ['no test passed'] : []),
      ...(report.success || failed.length + brokenFiles.length > 0
        ? []
        : ['the run failed outside of its tests']),
    ],
  }
}
