/** `node scripts/check-tests.ts REPORT`: judges a test run and prints `N passed, N failed` as its last line. */
import { readFileSync } from 'node:fs'
import { sharedFolder } from './shared-folder.ts'
import { judge } from './test-results.ts'

const [file = '.cache/test-results.json'] = process.argv.slice(2)
const { passed, failed, faults } = judge(
  JSON.parse(readFileSync(file, 'utf8')),
  sharedFolder === null ? 'absent' : 'present',
)
for (const fault of faults) console.log(fault)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = faults.length === 0 ? 0 : 1
