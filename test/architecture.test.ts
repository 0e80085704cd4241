import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAst } from 'vitest/node'
import { documentedRows, isDocumentedRow, linterOverrides } from './arrow-rules.ts'
import {
  arrows,
  folders,
  impureGlobals,
  impureMembers,
  mayImport,
  networkModules,
} from './arrows.ts'

const root = join(import.meta.dirname, '..')

describe('the sources', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .sort()

  test('are there', () => {
    expect(sources).toContain('model/estate.ts')
    expect(sources.length).toBeGreaterThan(15)
  })

  test('keep to the arrows, and pure folders to purity', () => {
    const faults = sources.flatMap((file) =>
      findFaults(file, readFileSync(join(root, 'src', file), 'utf8')),
    )
    expect(faults).toEqual([])
  })
})

describe('the table', () => {
  test('names only folders that have a line of their own', () => {
    const named = Object.values(arrows).flatMap(({ imports, except = [] }) => [
      ...(imports === 'any' ? [] : imports),
      ...except,
    ])
    expect(named.filter((folder) => !(folder in arrows))).toEqual([])
  })

  test('has no circle', () => {
    const left = new Set(folders)
    for (;;) {
      const free = [...left].filter((from) =>
        [...left].every((to) => from === to || !mayImport(from, to)),
      )
      if (free.length === 0) break
      for (const folder of free) left.delete(folder)
    }
    expect([...left]).toEqual([])
  })
})

describe('a planted fault is found:', () => {
  test.each([
    { fault: 'an arrow turned round', file: 'model/a.ts', source: `import '../checks/check.ts'` },
    {
      fault: 'an import of types alone',
      file: 'model/a.ts',
      source: `import type { Check } from '../checks/check.ts'`,
    },
    {
      fault: 'an import type in place',
      file: 'model/a.ts',
      source: `type A = import('../checks/check.ts').Check`,
    },
    { fault: 'a socket beside the dialler', file: 'scan/ftp/a.ts', source: `import 'node:net'` },
    { fault: 'an export from', file: 'model/a.ts', source: `export * from '../cloud/reader.ts'` },
    {
      fault: 'a dynamic import',
      file: 'checks/a.ts',
      source: `export const a = () => import('../cli/audit.ts')`,
    },
    {
      fault: 'an import that cannot be read',
      file: 'cli/a.ts',
      source: 'export const a = (name: string) => import(name)',
    },
    {
      fault: 'a way round by the parent folder',
      file: 'checks/sub/a.ts',
      source: `import '../../cloud/reader.ts'`,
    },
    { fault: 'an import of main', file: 'cli/a.ts', source: `import '../main.ts'` },
    { fault: 'cli and server', file: 'cli/a.ts', source: `import '../server/app.ts'` },
    {
      fault: 'an import from outside the sources',
      file: 'cli/a.ts',
      source: `import '../../test/arrows.ts'`,
    },
    { fault: 'a Node module', file: 'exposure/a.ts', source: `import 'node:fs'` },
    { fault: 'a Node module by its old name', file: 'exposure/a.ts', source: `import 'fs'` },
    { fault: 'a package', file: 'checks/a.ts', source: `import { z } from 'zod'` },
    { fault: 'the clock', file: 'score/a.ts', source: 'export const a = Date.now()' },
    { fault: 'the clock renamed', file: 'score/a.ts', source: 'const { now } = Date' },
    { fault: 'the clock by index', file: 'score/a.ts', source: `export const a = Date['now']()` },
    { fault: 'today', file: 'score/a.ts', source: 'export const a = new Date()' },
    { fault: 'today as text', file: 'score/a.ts', source: 'export const a = Date()' },
    { fault: 'randomness', file: 'model/a.ts', source: 'const random = Math.random' },
    { fault: 'the network', file: 'cloud/aws/a.ts', source: `export const a = fetch('/')` },
    { fault: 'the process', file: 'cloud/a.ts', source: 'export const a = process.env' },
    {
      fault: 'the process inside a string',
      file: 'cloud/a.ts',
      source: 'const a = `$' + '{process.pid}`',
    },
    {
      fault: 'a shorthand member',
      file: 'cloud/a.ts',
      source: 'export const a = { process }',
    },
    { fault: 'a folder that is not in the table', file: 'util/a.ts', source: '' },
    { fault: 'a file beside main', file: 'helpers.ts', source: '' },
  ])('$fault', ({ file, source }) => {
    expect(findFaults(file, source)).toHaveLength(1)
  })
})

describe('no fault:', () => {
  test.each([
    { what: 'an arrow', file: 'checks/a.ts', source: `import '../model/gap.ts'` },
    { what: 'a neighbour', file: 'checks/sub/a.ts', source: `import '../check.ts'` },
    {
      what: 'a folder of the same name inside another',
      file: 'cloud/aws/a.ts',
      source: `import './checks/a.ts'`,
    },
    {
      what: 'a Node module where effects live',
      file: 'documents/a.ts',
      source: `import 'node:fs'`,
    },
    { what: 'a package where effects live', file: 'cli/a.ts', source: `import 'zod'` },
    { what: 'the dialler’s socket', file: 'scan/dial.ts', source: `import 'node:net'` },
    { what: 'a collector', file: 'cloud/aws/collect/a.ts', source: `import 'node:fs'` },
    { what: 'main may all', file: 'main.ts', source: `import './cli/a.ts'; process.exit(0)` },
    {
      what: 'words in text',
      file: 'model/a.ts',
      source: `const a = 'Date.now() process' // fetch()`,
    },
    { what: 'members of that name', file: 'model/a.ts', source: 'const a = (b: B) => b.process' },
    { what: 'keys of that name', file: 'model/a.ts', source: 'const a = { process: 1 }' },
    { what: 'types of that shape', file: 'model/a.ts', source: 'interface A { fetch(): void }' },
    { what: 'arithmetic', file: 'model/a.ts', source: 'const a = Math.max(1, 2)' },
    { what: 'a date given', file: 'model/a.ts', source: 'const a = (at: number) => new Date(at)' },
  ])('$what', ({ file, source }) => {
    expect(findFaults(file, source)).toEqual([])
  })
})

test('the linter holds the same arrows', () => {
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
  const derived = linterOverrides()
  expect(config.overrides.slice(-derived.length)).toEqual(derived)
})

test('the linter’s plugin knows every impure member', () => {
  const plugin = readFileSync(join(root, 'lint', 'pure-folders.grit'), 'utf8')
  for (const member of [...impureMembers, 'new Date()', 'Date()'])
    expect(plugin).toContain(`\`${member}\``)
})

test('docs/architecture.md shows the same table', () => {
  const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8')
  expect(page.split('\n').filter(isDocumentedRow)).toEqual(documentedRows())
})

/** What is wrong with one file of `src`, a line each. */
function findFaults(file: string, source: string): string[] {
  if (file === 'main.ts') return []
  const [from = '', ...rest] = file.split('/')
  const place = arrows[from]
  if (!place || rest.length === 0) return [`src/${file}: no such place in test/arrows.ts`]
  const pure =
    place.nature === 'pure' && !place.effectsBelow?.some((below) => isBelow(rest.join('/'), below))
  const nodes = nodesOf(parseAst(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' }))
  const isForTests = rest.includes('testing') || file.endsWith('.test.data.ts')
  const isOffline =
    place.networkIn !== undefined && !place.networkIn.includes(rest.join('/')) && !isForTests
  const faults = nodes.flatMap((node) => [
    ...[importFault(node, file, from, pure) ?? []].flat(),
    ...(isOffline ? networkFault(node) : []),
  ])
  if (pure) faults.push(...nodes.flatMap((node) => globalFault(node) ?? []))
  return faults.map((fault) => `src/${file}: ${fault}`)
}

const isBelow = (path: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('*', '[^/]+')}/`).test(path)

function importFault(node: Node, file: string, from: string, pure: boolean): string | undefined {
  const source = node.source
  if (!importing.has(node.type) || source === null) return undefined
  const target = isNode(source) ? source.value : undefined
  if (typeof target !== 'string') return 'imports what cannot be read'
  if (!target.startsWith('.')) return pure ? `pure, but imports ${target}` : undefined
  const path = posix.join('src', posix.dirname(file), target)
  if (!path.startsWith('src/')) return `imports ${target} from outside src`
  if (path === 'src/main.ts') return 'imports main'
  const to = path.split('/')[1] as string
  return mayImport(from, to) ? undefined : `${from} may not import ${to}: ${target}`
}
function networkFault(node: Node): readonly string[] {
  const target = importing.has(node.type) && isNode(node.source) ? `${node.source.value}` : ''
  return networkModules.includes(target) ? [`reaches the network by ${target}`] : []
}
const importing = new Set([
  'ImportDeclaration',
  'ExportAllDeclaration',
  'ExportNamedDeclaration',
  'ImportExpression',
  'TSImportType',
])

function globalFault(node: Node): string | undefined {
  if (node.type === 'Identifier' && impureGlobals.includes(`${node.name}`))
    return `pure, but uses ${node.name}`
  if (node.type === 'MemberExpression' && isNode(node.object) && isNode(node.property)) {
    const member = `${node.object.name}.${node.property.name ?? node.property.value}`
    if (impureMembers.includes(member)) return `pure, but uses ${member}`
  }
  const callee = node.callee
  if (isNode(callee) && callee.name === 'Date') {
    if (node.type === 'CallExpression' || node.arguments?.length === 0)
      return 'pure, but asks for the date'
  }
  const init = node.init
  if (node.type === 'VariableDeclarator' && isNode(init) && isNode(node.id))
    if (node.id.type === 'ObjectPattern' && ['Date', 'Math', 'Temporal'].includes(`${init.name}`))
      return `pure, but takes ${init.name} apart`
  return undefined
}

/** A syntax node, as ESTree has it. */
interface Node {
  readonly type: string
  readonly name?: string
  readonly value?: unknown
  readonly source?: unknown
  readonly object?: unknown
  readonly property?: unknown
  readonly callee?: unknown
  readonly arguments?: readonly unknown[]
  readonly id?: unknown
  readonly init?: unknown
  readonly computed?: boolean
}
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Every node of a tree but names that stand for members, keys and types' parts. */
function nodesOf(tree: unknown): Node[] {
  if (Array.isArray(tree)) return tree.flatMap(nodesOf)
  if (!isNode(tree)) return []
  const isName = tree.type !== 'Identifier' && tree.computed !== true
  return [
    tree,
    ...Object.entries(tree).flatMap(([member, value]) =>
      isName && (member === 'property' || member === 'key') ? [] : nodesOf(value),
    ),
  ]
}
