/**
 * How fast documents are read, beside `readFileSync` and `JSON.parse` of the same bytes: `node bench/reading.ts [FILE]`.
 * Each side runs in processes of its own, in turn, bound to one core where `taskset` can do that.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, execPath, resourceUsage, stdout } from 'node:process'
import { disk } from '../src/documents/disk.ts'
import { readDocuments } from '../src/documents/read.ts'
import { writeSecurityGroups } from './fixtures.ts'

interface Run {
  readonly seconds: number
  /** Peak resident memory of the process, in KiB. */
  readonly maxRSS: number
  readonly elements: number
}

const sides = { peer: runPeer, reader: runReader }
const rounds = 3

async function main(): Promise<void> {
  const [, script = '', first, second] = argv
  if ((first === 'peer' || first === 'reader') && second !== undefined) {
    stdout.write(JSON.stringify(await sides[first](second)))
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'portreeve-reading-'))
  try {
    const path = first ?? join(folder, 'describe-security-groups.json')
    if (first === undefined)
      await writeSecurityGroups(path, {
        groups: 10_000,
        rulesPerGroup: 100,
        openShare: 0.01,
        seed: 1,
      })
    compare(script, path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compare(script: string, path: string): void {
  const bytes = statSync(path).size
  // The first run of each side only warms the cache of the disk.
  const runs = { peer: [] as Run[], reader: [] as Run[] }
  for (let round = 0; round <= rounds; round++)
    for (const side of ['peer', 'reader'] as const) {
      const run = spawnSide(script, side, path)
      if (round > 0 && run !== null) runs[side].push(run)
    }
  const best = (side: 'peer' | 'reader') =>
    runs[side].toSorted((a, b) => a.seconds - b.seconds).at(0)
  const peer = best('peer')
  stdout.write(`${path}: ${megabytes(bytes)} MB, best of ${rounds}\n`)
  for (const side of ['peer', 'reader'] as const) {
    const run = best(side)
    const name = side === 'peer' ? 'readFileSync + JSON.parse' : 'readDocuments'
    stdout.write(
      run === undefined
        ? `${name.padEnd(26)} cannot\n`
        : `${name.padEnd(26)} ${run.seconds.toFixed(2).padStart(6)} s ${megabytes(bytes / run.seconds).padStart(6)} MB/s` +
            `  peak ${megabytes(run.maxRSS * 1024).padStart(5)} MB  ${run.elements} elements` +
            `${peer === undefined || side === 'peer' ? '' : `  ratio ${(run.seconds / peer.seconds).toFixed(2)}`}\n`,
    )
  }
}

function spawnSide(script: string, side: 'peer' | 'reader', path: string): Run | null {
  const command = [execPath, '--max-old-space-size=8192', script, side, path]
  const bound = existsSync('/usr/bin/taskset')
    ? ['/usr/bin/taskset', '-c', '0', ...command]
    : command
  const [program = '', ...args] = bound
  const { status, stdout: answer } = spawnSync(program, args, { encoding: 'utf8' })
  return status === 0 ? (JSON.parse(answer) as Run) : null
}

function runPeer(path: string): Run {
  const start = performance.now()
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return finish(start, countElements(value))
}

async function runReader(path: string): Promise<Run> {
  const start = performance.now()
  let elements = 0
  for await (const event of readDocuments([path], disk)) {
    if (event.kind === 'part') elements += countElements(event.part.value)
    if (event.kind === 'gap') throw new Error(event.gap.message)
  }
  return finish(start, elements)
}

const finish = (start: number, elements: number): Run => ({
  seconds: (performance.now() - start) / 1000,
  maxRSS: resourceUsage().maxRSS,
  elements,
})

/** Elements of the list, or of the lists that are direct members. */
function countElements(value: unknown): number {
  if (Array.isArray(value)) return value.length
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  for (const member of Object.values(value)) if (Array.isArray(member)) count += member.length
  return count
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)

await main()
