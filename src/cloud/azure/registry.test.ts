import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { registry } from './registry.ts'

const folder = new URL('./resources/', import.meta.url)
const files = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'))

test('every resource file is in the registry, and every line of the registry is a file', () => {
  const lines = readFileSync(new URL('./registry.ts', import.meta.url), 'utf8')
  const imported = [...lines.matchAll(/from '\.\/resources\/([^']+)'/g)].map(([, name]) => name)
  expect(imported.sort()).toEqual(files.sort())
})

test('no two resources read the same type, and types are in lower case', () => {
  const types = registry.flatMap((kind) => kind.types)
  expect(new Set(types).size).toBe(types.length)
  expect(types).toEqual(types.map((type) => type.toLowerCase()))
})
