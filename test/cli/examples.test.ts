/** The reports of the estate in examples/, held against their contracts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import ajvFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { program } from '../../src/cli/program.ts'
import { disk } from '../../src/documents/disk.ts'
import { contract } from '../../src/report/testing/contract.ts'

const root = join(import.meta.dirname, '..', '..')

async function audit(format: string, columns = 0): Promise<string> {
  let out = ''
  await program(
    {
      documents: disk,
      out: async (text) => {
        out += text
      },
      err: () => {},
      outIsTerminal: false,
      errIsTerminal: false,
      columns,
      colour: false,
      now: () => new Date('2026-11-21T12:00:00Z'),
      fileMode: async () => 0o600,
      openText: () => Promise.reject(new Error('no files here')),
      network: () => Promise.reject(new Error('no network here')),
      watch: () => Promise.reject(new Error('no capture here')),
      readText: () => Promise.reject(new Error('nothing else is read')),
      writeText: () => Promise.reject(new Error('nothing is written')),
      commandLine: 'portreeve audit examples',
    },
    () => {},
  ).parseAsync(['node', 'portreeve', 'audit', join(root, 'examples'), '--format', format])
  return out
}

test('JSON keeps its contract', async () => {
  contract(JSON.parse(await audit('json')), '$')
})

test('SARIF keeps its schema', async () => {
  const { $schema: _, ...schema } = JSON.parse(
    readFileSync(join(root, 'test', 'schemas', 'sarif-2.1.0.json'), 'utf8'),
  ) as Record<string, unknown>
  delete schema['id']
  const ajv = new Ajv({ allErrors: true, strict: false })
  ajvFormats.default(ajv)
  const validate = ajv.compile(schema)
  validate(JSON.parse(await audit('sarif')))
  expect(validate.errors ?? []).toEqual([])
})

test('a machine is told with the filter that lets the internet reach it', async () => {
  const lines = (await audit('table')).split('\n')
  expect(lines.filter((line) => line.startsWith('HIGH  ftp-legacy-01'))).toEqual([])
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {6}reachable: ftp-legacy-01 \[[0-9a-f]{8}\] at .*52\.16\.183\.94/),
  )
  // Two groups that only together are the whole internet: no one of them is to blame.
  expect(lines).toContainEqual(expect.stringMatching(/^HIGH {2}bastion-01 /))
})

test('the table can be read: a few screens, worst first, a summary of one line', async () => {
  const lines = (await audit('table', 140)).trimEnd().split('\n')
  expect(lines.length).toBeLessThan(230)
  expect(lines[2]).toMatch(/^CRITICAL /)
  expect(lines.at(-1)).toMatch(/^\d+ fail \(/)
})
