/**
 * A whole audit of 1,000,000 security group rules as a cold process, beside `readFileSync` and `JSON.parse` of the same
 * bytes as a cold process, on one core; then a file of more than 600 MB. `node bench/audit.ts [--quick]`.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { writeInterfaces, writeNetwork, writeSecurityGroups } from './fixtures.ts'
import { best, measure, portreeve } from './process.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const rounds = argv.includes('--quick') ? 1 : 3
const limits = { ratio: 3, megabytes: 1500 }

const folder = mkdtempSync(join(tmpdir(), 'portreeve-audit-'))
try {
  const groups = join(folder, 'describe-security-groups.json')
  await writeSecurityGroups(groups, {
    groups: 10_000,
    rulesPerGroup: 100,
    openShare: 0.01,
    seed: 1,
  })
  await writeInterfaces(join(folder, 'describe-network-interfaces.json'), {
    interfaces: 10_000,
    groups: 10_000,
  })
  writeNetwork(folder)
  const megabytes = statSync(groups).size / 1e6
  const peer = best(rounds, () =>
    measure([here('parse.ts'), groups, join(folder, 'describe-network-interfaces.json')]),
  )
  stdout.write(`1,000,000 rules, ${megabytes.toFixed(0)} MB; best of ${rounds}\n`)
  stdout.write(
    `  readFileSync + JSON.parse   ${peer.seconds.toFixed(2)} s  peak ${peer.megabytes.toFixed(0)} MB\n`,
  )
  for (const format of ['table', 'json', 'csv']) {
    const run = best(rounds, () => measure([...portreeve, 'audit', folder, '--format', format]))
    stdout.write(
      `  portreeve audit (${format})`.padEnd(30) +
        `${run.seconds.toFixed(2)} s  peak ${run.megabytes.toFixed(0)} MB (limit ${limits.megabytes})  ratio ${(run.seconds / peer.seconds).toFixed(2)} (limit ${limits.ratio})  exit ${run.status}\n`,
    )
  }
  const table = best(1, () => measure([...portreeve, 'audit', folder]))
  rmSync(groups)
  const large = join(folder, 'large.json')
  await writeSecurityGroups(large, { groups: 15_000, rulesPerGroup: 100, openShare: 0.01, seed: 2 })
  const size = statSync(large).size / 1e6
  const run = best(1, () => measure([...portreeve, 'audit', folder]))
  const share = size / run.seconds / (megabytes / table.seconds)
  stdout.write(
    `  ${size.toFixed(0)} MB file`.padEnd(30) +
      `${run.seconds.toFixed(2)} s  peak ${run.megabytes.toFixed(0)} MB  ${(size / run.seconds).toFixed(0)} MB/s, ${share.toFixed(2)} of the smaller file's (limit 0.5)  exit ${run.status}\n`,
  )
} finally {
  rmSync(folder, { recursive: true })
}
