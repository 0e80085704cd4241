import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { protocols } from './index.ts'

test('each folder with a protocol stands in the registry, and nothing else', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => existsSync(join(import.meta.dirname, name, 'protocol.ts')))
  expect(protocols.map(({ id }) => id).sort()).toEqual(folders.sort())
})

test('no two are sure of the same first bytes', () => {
  const greetings = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .tuple(
        fc.constantFrom(
          '220 ',
          '+OK ',
          '* OK ',
          'SSH-2.0-',
          'RFB 003.008\n',
          'HTTP/1.1 200 OK\r\n',
          '200 ',
        ),
        fc.string({ maxLength: 40 }),
      )
      .map(([head, rest]) => new TextEncoder().encode(`${head}${rest}\r\n`)),
  )
  fc.assert(
    fc.property(greetings, fc.boolean(), (bytes, ended) => {
      const sure = protocols.filter(
        ({ hear }) => hear({ sent: null, bytes, ended, overTls: false }).kind === 'is',
      )
      expect(sure.map(({ id }) => id).length).toBeLessThan(2)
    }),
    { numRuns: 2000 },
  )
})

test('ids are the words that are printed', () => {
  for (const { id, title } of protocols) {
    expect(id).toMatch(/^[a-z][a-z0-9]+$/)
    expect(title).not.toBe('')
  }
})
