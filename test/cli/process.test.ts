/** What only a real process shows: exit codes, pipes that close, signals, shells. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anybody, closed, groupsDocument, openFtp } from './documents.ts'

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-'))
  await mkdir(join(folder, 'my exports'))
  await writeFile(join(folder, 'open.json'), openFtp)
  await writeFile(join(folder, 'my exports', 'closed group.json'), closed)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}
const start = (command: string, args: readonly string[]): ChildProcess =>
  spawn(command, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })

async function ended(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    err += chunk
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, out, err }
}
const run = (...args: string[]): Promise<Ended> => ended(start(process.execPath, [main, ...args]))
const shell = (script: string): Promise<Ended> =>
  ended(start('bash', ['-c', `portreeve() { "${process.execPath}" "${main}" "$@"; }\n${script}`]))

describe('exit codes', () => {
  test.each([
    { args: ['--help'], code: 0 },
    { args: ['audit', 'my exports'], code: 0 },
    { args: ['audit', 'open.json'], code: 1 },
    { args: ['audit', 'nowhere'], code: 2 },
    { args: ['audit', '--bogus'], code: 2 },
    { args: ['audit', 'open.json', '-o', 'no/such/folder'], code: 2 },
    { args: ['audit', 'open.json', '-o', 'my exports'], code: 2 },
  ])('$args: $code', async ({ args, code }) => {
    const done = await run(...args)
    expect(done.code).toBe(code)
    expect(done.out + done.err).not.toMatch(/^ {4}at /m)
    if (code === 2) expect(done.err).toMatch(/^portreeve: /)
  })
})

test('standard input may come through a pipe, with a path beside it', async () => {
  const { code, out } = await shell(`cat open.json | portreeve audit - 'my exports' --format json`)
  expect(code).toBe(1)
  expect(out).toContain('"document":"-"')
})

test('a pipe that closes is no fault, and what was found still counts', async () => {
  // More than a pipe holds, so that the writer meets the end of it.
  const groups = Array.from({ length: 400 }, (_, i) =>
    groupsDocument([{ from: 21, to: 21, cidrs: [anybody] }], { id: `sg-0${i}` }),
  )
  await writeFile(join(folder, 'many.ndjson'), groups.join('\n'))
  const { out, err } = await shell(
    `portreeve audit many.ndjson -f json | head -c 1; echo " \${PIPESTATUS[0]}"`,
  )
  expect({ out, err }).toEqual({ out: '{ 1\n', err: '' })
})

test.skipIf(!existsSync('/dev/full'))('a full disk is one line (needs /dev/full)', async () => {
  const { code, err } = await shell('portreeve audit open.json > /dev/full')
  expect(code).toBe(2)
  expect(err).toBe('portreeve: standard output cannot be written (ENOSPC)\n')
})

test('an exemptions file may be in the UTF-16 of PowerShell', async () => {
  const text = JSON.stringify({ exemptions: [] })
  await writeFile(join(folder, 'ok.txt'), Buffer.from(`\ufeff${text}`, 'utf16le'))
  expect(await run('audit', 'my exports', '--exemptions', 'ok.txt')).toMatchObject({
    code: 0,
    err: '',
  })
})

test('Ctrl-C ends a long read at once, without a trace', async () => {
  const child = start(process.execPath, [main, 'audit', '-'])
  const end = ended(child)
  child.stdin?.write('{"SecurityGroups": [')
  await new Promise((resolve) => setTimeout(resolve, 700))
  child.kill('SIGINT')
  expect(await end).toEqual({ code: null, signal: 'SIGINT', out: '', err: '' })
})

test('the report is written whole', async () => {
  await run('audit', 'open.json', '--format', 'json', '--output', 'out.json')
  expect(JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'))).toHaveProperty('findings')
})

describe('completion for bash', () => {
  const complete = async (...words: string[]): Promise<readonly string[]> => {
    const list = words.map((word) => `'${word}'`).join(' ')
    const { out } = await shell(`
source <(portreeve completion bash)
COMP_WORDS=(portreeve ${list}); COMP_CWORD=${words.length}
_portreeve; printf '%s\\n' "\${COMPREPLY[@]}"`)
    return out.trimEnd().split('\n')
  }
  test.each([
    { words: ['a'], gives: ['audit'] },
    { words: ['rules', 's'], gives: ['show'] },
    { words: ['audit', '--form'], gives: ['--format'] },
    { words: ['audit', '--format', 's'], gives: ['sarif'] },
    { words: ['audit', '--format', '=', 's'], gives: ['sarif'] },
    { words: ['audit', '-f', 'ht'], gives: ['html'] },
    { words: ['audit', 'op'], gives: ['open.json'] },
    { words: ['audit', 'my'], gives: ['my exports'] },
    { words: ['audit', 'rules', 'op'], gives: ['open.json'] },
    { words: ['audit', '--exemptions', 'op'], gives: ['open.json'] },
    { words: ['audit', '--allow-from', 'o'], gives: [''] },
    {
      words: ['rules', 'show', 'azure-network-security-group-unrestricted-ft'],
      gives: ['azure-network-security-group-unrestricted-ftp'],
    },
    { words: ['rules', 'show', 'ftp-server-bo'], gives: ['ftp-server-bounce'] },
    { words: ['scan', '--only', 'ftp-server-bo'], gives: ['ftp-server-bounce'] },
    { words: ['audit', '--only', 'ftp-server-bo'], gives: [''] },
    { words: ['completion', 'z'], gives: ['zsh'] },
  ])('$words', async ({ words, gives }) => {
    expect(await complete(...words)).toEqual(gives)
  })
})

test('the first line and the scripts start Node with the same heap', async () => {
  const [first = ''] = (await readFile(main, 'utf8')).split('\n')
  const command = first.replace('#!/usr/bin/env -S ', '')
  expect(command).toMatch(/^node --initial-old-space-size=\d+$/)
  const { scripts } = JSON.parse(
    await readFile(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
  ) as { scripts: Record<string, string> }
  expect(scripts['cli']).toBe(`${command} src/main.ts`)
  expect(scripts['start']).toContain(`${command} src/main.ts audit `)
})
