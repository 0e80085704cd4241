/** Whole processes, measured: wall time and peak memory, bound to one core where `taskset` can do that. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'

export interface Run {
  readonly seconds: number
  /** Peak resident memory, in MB. */
  readonly megabytes: number
  readonly status: number | null
}

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** `portreeve` as its first line starts it: the arguments of Node, then the program. */
export const portreeve: readonly string[] = [
  ...(/^#!\/usr\/bin\/env -S node (.*)$/m.exec(readFileSync(program, 'utf8'))?.[1] ?? '').split(
    ' ',
  ),
  program,
].filter(Boolean)

const peak = new URL('./peak.ts', import.meta.url).href

/** Runs Node with these arguments; standard output is thrown away by the operating system. */
export function measure(args: readonly string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'portreeve-bench-'))
  const file = join(folder, 'peak')
  try {
    const bound = existsSync('/usr/bin/taskset')
      ? ['/usr/bin/taskset', '-c', '0', execPath]
      : [execPath]
    const [command = '', ...rest] = [...bound, '--import', peak, ...args]
    const start = performance.now()
    const { status } = spawnSync(command, rest, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PEAK_FILE: file },
    })
    const seconds = (performance.now() - start) / 1000
    return { seconds, megabytes: Number(readFileSync(file, 'utf8')) / 1024, status }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The quickest of several runs after one that warms the disk's cache. */
export function best(rounds: number, run: () => Run): Run {
  run()
  return Array.from({ length: rounds }, run).reduce((a, b) => (b.seconds < a.seconds ? b : a))
}
