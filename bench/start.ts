/** Cold start of `portreeve --help`, from the sources and (where built) from dist, beside an empty Node process. */
import { existsSync } from 'node:fs'
import { stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { best, measure } from './process.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const limit = 150 // milliseconds
const milliseconds = (args: readonly string[]) => best(10, () => measure(args)).seconds * 1000

const empty = milliseconds(['--eval', '0'])
stdout.write(
  `cold start, best of 10 (limit ${limit} ms)\n  node --eval 0               ${empty.toFixed(0)} ms\n`,
)
for (const main of ['../src/main.ts', '../dist/main.js'])
  if (existsSync(here(main))) {
    const own = milliseconds([here(main), '--help'])
    stdout.write(
      `  ${main.slice(3)} --help`.padEnd(30) +
        `${own.toFixed(0)} ms  ratio ${(own / empty).toFixed(2)}\n`,
    )
  }
