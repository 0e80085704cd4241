/** Writes what follows from `test/arrows.ts` into `biome.json` and `docs/architecture.md`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentedRows, isDocumentedRow, linterOverrides } from '../test/arrow-rules.ts'

const root = join(import.meta.dirname, '..')
const configFile = join(root, 'biome.json')
const { overrides, ...config } = JSON.parse(readFileSync(configFile, 'utf8'))
const isOwn = ({ includes }: { readonly includes: readonly string[] }) =>
  !includes[0]?.startsWith('src/')
const lines = [...overrides.filter(isOwn), ...linterOverrides()].map(
  (override) => `    ${JSON.stringify(override)}`,
)
const rest = JSON.stringify(config, null, 2).replace(/\n\}$/, '')
writeFileSync(configFile, `${rest},\n  "overrides": [\n${lines.join(',\n')}\n  ]\n}\n`)

const pageFile = join(root, 'docs', 'architecture.md')
const page = readFileSync(pageFile, 'utf8').split('\n')
const at = page.findIndex(isDocumentedRow)
if (at < 0) throw new Error(`${pageFile}: no row of arrows to replace`)
const others = page.filter((line) => !isDocumentedRow(line))
writeFileSync(pageFile, others.toSpliced(at, 0, ...documentedRows()).join('\n'))
