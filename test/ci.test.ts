import { describe, expect, test } from 'vitest'
import { judge, type TestReport } from '../scripts/test-results.ts'

const report = (...tests: readonly (readonly [status: string, name: string])[]): TestReport => ({
  success: tests.every(([status]) => status !== 'failed'),
  testResults: [
    {
      name: 'a.test.ts',
      status: tests.some(([status]) => status === 'failed') ? 'failed' : 'passed',
      assertionResults: tests.map(([status, fullName]) => ({ status, fullName })),
    },
  ],
})
const broken = { name: 'b.test.ts', status: 'failed', assertionResults: [] }
const passing = report(['passed', 'a'])

describe('a test run', () => {
  test.each([
    { name: 'passes', run: passing, passed: 1, failed: 0, faults: [] },
    {
      name: 'fails with a test',
      run: report(['passed', 'a'], ['failed', 'b']),
      passed: 1,
      failed: 1,
      faults: ['failed: b'],
    },
    {
      name: 'fails with a skipped test',
      run: report(['passed', 'a'], ['skipped', 'b']),
      passed: 1,
      failed: 0,
      faults: ['skipped: b'],
    },
    {
      name: 'fails with a pending test',
      run: report(['passed', 'a'], ['pending', 'b']),
      passed: 1,
      failed: 0,
      faults: ['skipped: b'],
    },
    {
      name: 'fails with a test to be written',
      run: report(['passed', 'a'], ['todo', 'b']),
      passed: 1,
      failed: 0,
      faults: ['skipped: b'],
    },
    {
      name: 'fails with a file that cannot be loaded',
      run: { success: false, testResults: [...passing.testResults, broken] },
      passed: 1,
      failed: 1,
      faults: ['could not be run: b.test.ts'],
    },
    {
      name: 'fails outside of its tests',
      run: { ...passing, success: false },
      passed: 1,
      failed: 0,
      faults: ['the run failed outside of its tests'],
    },
    {
      name: 'fails without tests',
      run: { success: true, testResults: [] },
      passed: 0,
      failed: 0,
      faults: ['no test passed'],
    },
  ])('$name', ({ run, passed, failed, faults }) => {
    const judgement = { passed, failed, faults }
    expect(judge(run, 'absent')).toEqual(judgement)
    expect(judge(run, 'present')).toEqual(judgement)
  })

  test('may skip what needs ../shared exactly where that is absent', () => {
    const run = report(['passed', 'a'], ['skipped', 'the corpus (needs ../shared) reads'])
    expect(judge(run, 'absent').faults).toEqual([])
    expect(judge(run, 'present').faults).toHaveLength(1)
  })
})
