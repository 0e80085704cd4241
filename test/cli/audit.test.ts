import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { severities } from '../../src/model/finding.ts'
import { formatNames } from '../../src/report/format.ts'
import { anybody, closed, findingsOf, ftpCheck, groupsDocument, openFtp } from './documents.ts'
import { portreeve } from './world.ts'

const files = { 'in/groups.json': openFtp }
const json = async (args: readonly string[], given: Record<string, string> = files) =>
  findingsOf((await portreeve(['audit', ...args, '--format', 'json'], { files: given })).out)

describe('whatever way a document comes, it says the same', () => {
  const utf16 = Buffer.from(`\ufeff${openFtp}`, 'utf16le')
  test.each([
    { name: 'a folder', args: ['in'], world: { files } },
    { name: 'a file', args: ['in/groups.json'], world: { files } },
    { name: 'standard input', args: ['-'], world: { stdin: openFtp } },
    { name: 'gzip', args: ['a.json.gz'], world: { files: { 'a.json.gz': gzipSync(openFtp) } } },
    { name: 'UTF-16 with a mark', args: ['a b.json'], world: { files: { 'a b.json': utf16 } } },
    { name: 'NDJSON', args: ['a.ndjson'], world: { files: { 'a.ndjson': `${openFtp}\n{}\n` } } },
    { name: 'no ending', args: ['export'], world: { files: { export: openFtp } } },
  ])('$name', async ({ args, world }) => {
    const { out, code } = await portreeve(['audit', ...args, '--format', 'json'], world)
    expect(code).toBe(1)
    expect(findingsOf(out)).toContainEqual(
      expect.objectContaining({ check: ftpCheck, status: 'fail' }),
    )
  })
})

describe('exit codes', () => {
  test.each([...severities, 'never' as const])('--fail-on %s', async (level) => {
    const { code } = await portreeve(['audit', 'in', '--fail-on', level], { files })
    const failing = (await json(['in'])).filter(({ status }) => status === 'fail')
    const reached = failing.some(
      ({ severity }) =>
        level !== 'never' &&
        severities.indexOf(severity as (typeof severities)[number]) <= severities.indexOf(level),
    )
    expect(code).toBe(reached ? 1 : 0)
  })
  test('nothing open is 0', async () => {
    const { code } = await portreeve(['audit', 'a.json', '--only', ftpCheck], {
      files: { 'a.json': closed },
    })
    expect(code).toBe(0)
  })
})

describe('what cannot be used is one line with its place, and exit code 2', () => {
  test.each([
    { name: 'no such file', args: ['nowhere'], says: 'nowhere: there is no such file or folder' },
    { name: 'an empty file', given: { x: '' }, says: 'x: it is empty' },
    { name: 'a cut-off file', given: { x: '{"SecurityGroups": [' }, says: 'x:1:21: the text ends' },
    { name: 'no JSON', given: { x: 'hello' }, says: 'x:1:1: this is not JSON' },
    { name: 'another shape', given: { x: '{"a": 1}' }, says: 'x: no document here' },
    { name: 'a folder without JSON', args: ['d'], given: { 'd/a.txt': 'a' }, says: 'd: no .json' },
    { name: 'a hostile file name', args: ['\u001b[2J\n'], says: '\\x1b[2J\\n: there is no' },
  ])('$name', async ({ args = ['x'], given = {}, says }) => {
    const { code, out, err } = await portreeve(['audit', ...args], { files: { ...given } })
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err.split('\n')[0]).toContain(says)
  })
  test('the rest is audited all the same, and --strict makes it 2', async () => {
    const given = { ...files, 'in/broken.json': '{"a": ' }
    const lax = await portreeve(['audit', 'in'], { files: given })
    expect(lax).toMatchObject({ code: 1, err: expect.stringMatching(/^portreeve: in\/broken/) })
    expect(lax.out).toContain('unrestricted-ftp')
    const strict = await portreeve(['audit', 'in', '--strict'], { files: given })
    expect(strict.code).toBe(2)
    expect(strict.out).toContain('unrestricted-ftp')
    expect(strict.err).toContain('--strict: 1 thing could not be read or understood')
  })
})

describe('mistakes in the call are told in one line', () => {
  test.each([
    { args: ['audit'], says: "missing required argument 'path' (see portreeve audit --help)" },
    { args: ['audit', 'in', '--bogus'], says: "unknown option '--bogus'" },
    { args: ['bogus'], says: "unknown command 'bogus' (see portreeve --help)" },
    { args: ['rules', 'show'], says: "missing required argument 'check'" },
    { args: ['rules', 'show', 'nope'], says: 'no check is called "nope"' },
    { args: ['audit', 'in', '--fail-on', 'x'], says: 'Allowed choices are critical' },
    { args: ['audit', 'in', '--format', 'x'], says: 'Allowed choices are table' },
    { args: ['audit', 'in', '--only', 'x'], says: '--only: no check is called "x"' },
    {
      args: ['audit', 'in', '--account', '9'],
      says: '--account 9: no document is of this account',
    },
    { args: ['audit', 'in', '--common-ports', '21'], says: '--common-ports 21: expected tcp:PORT' },
    { args: ['audit', 'in', '--common-ports', 'tcp:9-1'], says: 'expected tcp:PORT' },
    { args: ['audit', 'in', '--wide-ipv4', '33'], says: 'from 0 to 32' },
    { args: ['audit', 'in', '--wide-ipv4', ''], says: 'from 0 to 32' },
    { args: ['audit', 'in', '--allow-from', '1.2.3'], says: '--allow-from 1.2.3: not an address' },
    {
      args: ['audit', 'in', '--explain', 'ab', '-f', 'csv'],
      says: 'does not go with --format csv',
    },
    { args: ['audit', 'in', '--exemptions', 'no'], says: 'no: there is no such file' },
    { args: ['audit', 'in', '--exemptions', 'in'], says: 'in: this is a folder' },
  ])('$args', async ({ args, says }) => {
    const { code, err, out } = await portreeve(args, { files })
    expect(err).toContain(says)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })
})

describe('choosing', () => {
  test.each([
    { only: 'ec2-034', finds: ['aws-security-group-unrestricted-uncommon-ports'] },
    { only: 'AWS-SECURITY-GROUP-UNRESTRICTED-FTP', finds: [ftpCheck] },
    { only: '*-group-*-ftp', finds: [ftpCheck] },
    {
      only: 'EC2-034,aws-security-group-unrestricted-ssh',
      finds: [
        'aws-security-group-unrestricted-ssh',
        'aws-security-group-unrestricted-uncommon-ports',
      ],
    },
  ])('--only $only does not swallow the path', async ({ only, finds }) => {
    const found = await json(['--only', only, 'in'])
    expect([...new Set(found.map(({ check }) => check))].sort()).toEqual(finds)
  })
  test('--only takes requirements', async () => {
    const found = await json(['--only', 'pci-dss-4.0.1:1.2.6', 'in'])
    expect(found.length).toBeGreaterThan(0)
    for (const { requirements } of found) expect(requirements).toContain('pci-dss-4.0.1:1.2.6')
  })
  test('--account leaves out the others, and may be given again', async () => {
    const two = {
      'a.json': openFtp,
      'b.json': groupsDocument([{ from: 21, to: 21, cidrs: [anybody] }], {
        id: 'sg-0bbb',
        owner: '444455556666',
      }),
    }
    const of = async (...args: string[]) =>
      new Set((await json([...args, 'a.json', 'b.json'], two)).map(({ resource }) => resource.id))
    expect(await of('--account', '444455556666')).toEqual(new Set(['sg-0bbb']))
    expect(await of('--account', '444455556666', '--account', '111122223333')).toEqual(
      new Set(['sg-0aaa', 'sg-0bbb']),
    )
    expect(await of('--account', '444455556666,111122223333')).toEqual(
      new Set(['sg-0aaa', 'sg-0bbb']),
    )
  })
  test('--common-ports take a port from the uncommon ones', async () => {
    const status = async (...args: string[]) =>
      (await json(['--only', 'EC2-034', ...args, 'in'])).map((one) => one.status)
    expect(await status()).toEqual(['fail'])
    expect(await status('--common-ports', 'tcp:24')).toEqual(['pass'])
  })
  test('--wide-ipv4 moves the line from which sources are wide', async () => {
    const given = {
      'in/groups.json': groupsDocument([{ from: 21, to: 21, cidrs: ['8.0.0.0/12'] }]),
    }
    const status = async (...args: string[]) =>
      (await json(['--only', '*-wide-sources', ...args, 'in'], given)).map((one) => one.status)
    expect(await status()).toEqual(['pass'])
    expect(await status('--wide-ipv4', '12')).toEqual(['fail'])
    expect(await status('--wide-ipv4', '/12')).toEqual(['fail'])
  })
})

test.each(formatNames)('--format %s is the same to a file as to standard output', async (name) => {
  const plain = await portreeve(['audit', 'in', '--format', name], { files })
  const args = ['audit', 'in', '--format', name, '--output', 'report']
  const filed = await portreeve(args, { files })
  expect(filed.out).toBe('')
  const withoutCall = (text: string | undefined) =>
    text?.replaceAll(/portreeve audit in [^"<]*/g, '')
  expect(withoutCall(filed.written['report'])).toBe(withoutCall(plain.out))
  expect(plain.out.length).toBeGreaterThan(100)
})

describe('progress', () => {
  test('is silent where nobody looks, and where it is quick', async () => {
    expect((await portreeve(['audit', 'in'], { files, tick: 400 })).err).toBe('')
    expect((await portreeve(['audit', 'in'], { files, errIsTerminal: true })).err).toBe('')
  })
  test('says how far it is and cleans up', async () => {
    const { err } = await portreeve(['audit', 'in'], { files, errIsTerminal: true, tick: 400 })
    expect(err).toMatch(/reading 0\.0 MB of 0\.0 MB \(100 %\): in\/groups\.json/)
    expect(err).toContain('working out what can be reached')
    expect(err.endsWith('\r\u001b[K')).toBe(true)
  })
})

test('hostile names do not reach the terminal', async () => {
  const name = 'a\u001b]0;x\u0007\nb\u202e'
  const given = {
    'in/a\u001b[31m.json': groupsDocument([{ from: 21, to: 21, cidrs: [anybody] }], { name }),
  }
  for (const format of ['table', 'csv', 'json', 'sarif', 'junit', 'html', 'ocsf']) {
    const { out, err } = await portreeve(['audit', 'in', '--format', format], { files: given })
    // CSV ends its lines with both.
    const shown = (out + err).replaceAll('\r\n', '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/)
  }
})

describe('many that say the same', () => {
  const many = (count: number) => ({
    files: {
      'g.ndjson': Array.from({ length: count }, (_, i) =>
        groupsDocument([{ from: 21, to: 21, cidrs: [anybody] }], { id: `sg-0${i}`, name: `n${i}` }),
      ).join('\n'),
    },
  })
  const table = async (count: number, ...more: string[]) =>
    (await portreeve(['audit', 'g.ndjson', '--only', ftpCheck, ...more], many(count))).out
  const blocks = (text: string) => text.match(/^HIGH {2}n\d+ /gm)?.length ?? 0
  test('share a line after the worst, unless all are asked for', async () => {
    const text = await table(70)
    expect(blocks(text)).toBe(60)
    expect(text).toMatch(/^HIGH {2}10 security groups {2}unrestricted-ftp: n\d+ .* and 7 more$/m)
    expect(text).toContain('The worst 60 of 70 are told in full')
    expect(blocks(await table(70, '--all'))).toBe(70)
    expect(blocks(await table(60))).toBe(60)
  })
})

test('at 80 columns no line of the table is longer', async () => {
  const { out } = await portreeve(['audit', 'in', '--all'], { files, columns: 80 })
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})
