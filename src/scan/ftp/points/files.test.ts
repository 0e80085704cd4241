import { describe, expect, test } from 'vitest'
import { assessed } from '../../testing/ftp-assessing.ts'
import type { FakeEntry } from '../../testing/ftp-manners.ts'

const points = ['files', 'writable'] as const
const file = (name: string, body = 'x'): FakeEntry => ({ name, kind: 'file', body })
const folder = (name: string): FakeEntry => ({ name, kind: 'directory' })
const tree = {
  '/': [folder('pub'), file('readme.txt', 'hello')],
  '/pub': [file('plan.pdf', '%PDF-1.7'), folder('deep')],
  '/pub/deep': [file('dump.sql')],
}
const everything = ['/readme.txt', '/pub/plan.pdf', '/pub/deep/dump.sql']

describe('files', () => {
  test.each([
    { name: 'by MLSD', fake: { tree } },
    { name: 'by LIST where MLSD is refused', fake: { tree, listing: 'list' } },
    { name: 'by LIST without a FEAT', fake: { tree, listing: 'list', features: null } },
    { name: 'over IPv6', fake: { tree, host: '::1' } },
    { name: 'over PASV where EPSV is refused', fake: { tree, epsv: 'refused' } },
    { name: 'over PASV where the port of EPSV is dead', fake: { tree, epsv: 'dead' } },
    {
      name: 'from the server itself where 227 names another',
      fake: { tree, epsv: 'refused', passiveHost: '198.51.100.7' },
    },
    { name: 'over TLS', fake: { tree, tls: 'required' } },
    { name: 'over TLS that is resumed', fake: { tree, tls: 'required', data: 'reuse-required' } },
    {
      name: 'over TLS 1.2 that is resumed',
      fake: { tree, tls: 'required', data: 'reuse-required', maxVersion: 'TLSv1.2' },
    },
    {
      name: 'over TLS 1.2 where data in TLS 1.3 is refused',
      fake: { tree, tls: 'required', data: 'tls-1.2-only' },
    },
    { name: 'over implicit TLS', fake: { tree, tls: 'implicit' }, options: { implicit: true } },
    {
      name: 'by active mode where it is allowed and passive mode is not to be had',
      fake: { tree, epsv: 'refused', pasv: 'refused' },
      options: { active: 'ask' },
    },
  ] as const)('$name', async ({ fake, ...row }) => {
    const options = 'options' in row ? row.options : {}
    const { found, answer, server } = await assessed(fake, { points, ...options })
    expect(found.ftp.files?.map(({ path }) => path)).toEqual(everything)
    expect(answer('anonymous-list')).toBe('yes listed')
    expect(answer('hosted-files')).toBe('yes all-listed')
    expect(server.connections()).toBeLessThanOrEqual(4)
  })

  test('have sizes, times and categories', async () => {
    const { found } = await assessed({ tree: { '/': [file('a.zip', 'PK')] } }, { points })
    expect(found.ftp.files).toEqual([
      {
        path: '/a.zip',
        nameBase64: null,
        bytes: 2,
        modified: '2026-01-01T12:00:00Z',
        category: 'archive',
        content: null,
      },
    ])
  })

  test('by name alone are files of unknown size', async () => {
    const { found } = await assessed(
      { tree: { '/': [file('a.zip')] }, listing: 'nlst', features: [] },
      { points },
    )
    expect(found.ftp.files).toMatchObject([{ path: '/a.zip', bytes: null, category: 'archive' }])
  })

  test('none at all is an observation', async () => {
    const { found, answer } = await assessed({}, { points })
    expect(found.ftp.files).toEqual([])
    expect(answer('hosted-files')).toBe('no nothing-listed')
  })

  test('that nobody may list are unknown, and the refusal is one', async () => {
    const { found, answer } = await assessed({ listing: 'refused', features: [] }, { points })
    expect(found.ftp.files).toBeNull()
    expect(answer('anonymous-list')).toBe('no refused')
    expect(answer('hosted-files')).toBe('unknown refused')
  })

  test.each([
    {
      name: 'no data connection',
      fake: { epsv: 'refused', pasv: 'refused' },
      answer: 'unknown passive-refused',
    },
    {
      name: 'dead ports',
      fake: { epsv: 'dead', pasv: 'dead' },
      answer: 'unknown data-port-unreachable',
    },
    {
      name: 'a port below 1024',
      fake: { say: { EPSV: '229 (|||993|)', PASV: '227 (127,0,0,1,3,225)' } },
      answer: 'unknown privileged-data-port',
    },
    {
      name: "a printer's port",
      fake: { say: { EPSV: '229 (|||9100|)', PASV: '227 (127,0,0,1,35,140)' } },
      answer: 'unknown listen-only-data-port',
    },
  ] as const)('$name says nothing of what may be listed', async ({ fake, answer }) => {
    const assessment = await assessed({ tree, ...fake }, { points })
    expect(assessment.answer('anonymous-list')).toBe(answer)
    expect(assessment.found.ftp.files).toBeNull()
  })

  test('are bounded in number and depth', async () => {
    const few = await assessed({ tree }, { points, files: { depth: 1, count: 1000 } })
    expect(few.found.ftp.files?.map(({ path }) => path)).toEqual(everything.slice(0, 2))
    const one = await assessed({ tree }, { points, files: { depth: 3, count: 1 } })
    expect(one.found.ftp.files).toHaveLength(1)
  })

  test('are bounded in bytes over all listings, whatever these hold', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `d${n}`)
    const links = Array.from({ length: 100 }, (_, n) => ({
      name: `${'n'.repeat(6000)}${n}`,
      kind: 'link' as const,
    }))
    const long = Object.fromEntries(names.map((name) => [`/${name}`, links]))
    const { sent, answer } = await assessed(
      { tree: { '/': names.map(folder), ...long }, listing: 'list' },
      { points },
    )
    const entered = sent.filter((line) => line.startsWith('CWD'))
    expect(entered.length).toBeGreaterThan(20)
    expect(entered.length).toBeLessThan(40)
    expect(answer('hosted-files')).toBe('unknown not-all-seen')
  })

  test('with names that lead elsewhere lead nowhere', async () => {
    const hostile = ['..', '../up', '/etc', 'a/b', 'c\\d', 'e\x00f', 'g\x1b[2J'].map(folder)
    const { sent, found } = await assessed(
      {
        tree: {
          '/': [...hostile, { name: 'link', kind: 'link' }, file('\xff\xfe.txt'), file('p\xffq')],
        },
      },
      { points },
    )
    expect(sent.filter((line) => line.startsWith('CWD'))).toEqual([])
    expect(found.ftp.files).toMatchObject([
      { path: '/\xff\xfe.txt', nameBase64: btoa('\xff\xfe.txt'), category: 'text' },
      { nameBase64: btoa('p\xffq') },
    ])
  })

  test('in folders that hold themselves end', async () => {
    const loop = {
      '/': [folder('a')],
      '/a': [folder('a')],
      '/a/a': [folder('a')],
      '/a/a/a': [folder('a')],
    }
    const { sent } = await assessed({ tree: loop }, { points, files: { depth: 2, count: 10 } })
    expect(sent.filter((line) => line.startsWith('CWD'))).toEqual(['CWD /a', 'CWD /a/a'])
  })
})

describe('content', () => {
  const mixed = {
    '/': [
      file('a.jpg', 'PK\x03\x04rest'),
      file('b.pdf', '%PDF-1.7'),
      file('empty.txt', ''),
      folder('sub'),
    ],
    '/sub': [file('c d.bin', 'hello'), file('\xfff.bin', '-----BEGIN RSA PRIVATE KEY-----')],
  }
  test('is looked at on request, the first block of it', async () => {
    const { found, sent } = await assessed({ tree: mixed }, { points, sniff: 'ask' })
    expect(found.ftp.files?.map(({ path, content }) => [path, content])).toEqual([
      ['/a.jpg', 'archive'],
      ['/b.pdf', 'pdf'],
      ['/empty.txt', null],
      ['/sub/c d.bin', 'text'],
      ['/sub/\xfff.bin', 'key'],
    ])
    expect(sent.filter((line) => /^(?:STOR|DELE|APPE|REST)/.test(line))).toEqual([])
  })

  test('of a large file ends with the first block', async () => {
    const body = `%PDF-1.7${'x'.repeat(3_000_000)}`
    const { found } = await assessed(
      { tree: { '/': [file('big', body), file('next', 'PK\x03\x04')] } },
      { points, sniff: 'ask' },
    )
    expect(found.ftp.files?.map(({ content }) => content)).toEqual(['pdf', 'archive'])
    expect(found.ended).toBe('completed')
  })

  test('of a name that leads elsewhere is not asked for', async () => {
    const names = ['../x.pdf', '/etc/passwd', 'a\x1b[2J', 'a\rDELE b']
    const { found, sent } = await assessed(
      { tree: { '/': names.map((name) => file(name)) } },
      { points, sniff: 'ask' },
    )
    expect(found.ftp.files?.map(({ content }) => content)).toEqual(names.map(() => null))
    expect(sent.filter((line) => /RETR|DELE/.test(line))).toEqual([])
  })

  test('is not looked at unasked', async () => {
    const { sent } = await assessed({ tree: mixed }, { points })
    expect(sent.filter((line) => line.startsWith('RETR'))).toEqual([])
  })
})
