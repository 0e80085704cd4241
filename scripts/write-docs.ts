/** Writes `docs/checks` from the checks; with `--check` it only says, by its exit code too, whether that would change it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definitions } from '../src/checks/index.ts'
import { checkDocs } from '../src/knowledge/docs.ts'

const folder = join(import.meta.dirname, '..', 'docs', 'checks')
const docs = checkDocs(definitions)
mkdirSync(folder, { recursive: true })
const onDisk = readdirSync(folder)
const left = onDisk.filter((name) => !docs.has(name))
const changed = [...docs].filter(
  ([name, text]) => !onDisk.includes(name) || readFileSync(join(folder, name), 'utf8') !== text,
)

if (process.argv.includes('--check')) {
  for (const name of [...changed.map(([own]) => own), ...left])
    console.error(`docs/checks/${name} is not as generated: run npm run docs`)
  process.exitCode = changed.length + left.length > 0 ? 1 : 0
} else {
  for (const [name, text] of changed) writeFileSync(join(folder, name), text)
  for (const name of left) rmSync(join(folder, name))
  console.log(`docs/checks: ${changed.length} written, ${left.length} removed, ${docs.size} in all`)
}
