import { describe, expect, test } from 'vitest'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'
import type { FakeEntry } from '../../testing/ftp-manners.ts'

const points = ['writable'] as const
const upload: FakeEntry = { name: 'up', kind: 'directory' }
const open: FakeEntry = { ...upload, mode: 'rwxrwxrwx' }
const tree = { '/': [upload], '/up': [] }

describe('inferred', () => {
  test.each([
    { name: 'files may be made', perm: { '/up': 'elc' }, field: 'inferred', where: ['/up'] },
    { name: 'directories may be made', perm: { '/up': 'elm' }, field: 'inferred', where: ['/up'] },
    {
      name: 'everywhere',
      perm: { '/': 'elcm', '/up': 'elcm' },
      field: 'inferred',
      where: ['/', '/up'],
    },
    { name: 'nowhere', perm: {}, field: 'no', where: [] },
    { name: 'deletion is no writing', perm: { '/up': 'eldp' }, field: 'no', where: [] },
  ])('by perm facts: $name', async ({ perm, field, where }) => {
    const { found } = await assessed({ tree, perm }, { points })
    expect([found.ftp.writable, found.ftp.writableDirectories]).toEqual([field, where])
  })

  test('not where a file says so that its directory does not', async () => {
    const { found, answer } = await assessed(
      { tree: { '/': [{ name: 'a', kind: 'file', perm: 'rw' }] } },
      { points },
    )
    expect(answer('writable')).toBe('unknown not-told-by-listing')
    expect(found.ftp.writableDirectories).toBeNull()
  })

  test('by mode bits of a directory below, where anonymous asked', async () => {
    const { found, answer } = await assessed(
      { tree: { '/': [open], '/up': [] }, listing: 'list', features: [] },
      { points },
    )
    expect(answer('writable')).toBe('yes inferred-from-mode-bits')
    expect(found.ftp.writableDirectories).toEqual(['/up'])
    expect(proofOf(found, 'writable')).toContain('LIST -a')
  })

  test('not by mode bits where an account asked: they speak of others', async () => {
    const { answer } = await assessed(
      {
        tree: { '/': [open], '/up': [] },
        listing: 'list',
        features: [],
        anonymous: 'no',
        users: { ada: 'Lovelace' },
      },
      { points, credentials: { user: 'ada', password: 'Lovelace', clear: true } },
    )
    expect(answer('writable')).toBe('unknown not-told-by-listing')
  })

  test('a LIST without open modes is no no', async () => {
    const { found } = await assessed({ tree, listing: 'list', features: [] }, { points })
    expect(found.ftp.writable).toBe('unknown')
  })

  test('what lies below the bound of depth is not known', async () => {
    const { found } = await assessed(
      { tree: { '/': [upload], '/up': [upload], '/up/up': [] } },
      { points, files: { depth: 1, count: 10 } },
    )
    expect(found.ftp.writable).toBe('unknown')
  })

  test('nothing is made unasked', async () => {
    const { sent } = await assessed({ tree, perm: { '/up': 'elcm' } }, { points })
    expect(sent.filter((line) => /^(?:MKD|RMD|STOR|DELE)/.test(line))).toEqual([])
  })
})

describe('proved', () => {
  const asked = { points, proveWritable: 'ask' } as const

  test('by a directory of our own, which goes again', async () => {
    const { found, sent, server, answer } = await assessed({ tree, perm: { '/up': 'elm' } }, asked)
    expect(answer('writable')).toBe('yes proved')
    expect(found.ftp.writable).toBe('proved')
    expect(found.ftp.cleanUp).toEqual([{ path: '/up/portreeve-3f9a2c', removed: true }])
    expect(server.made).toEqual([])
    expect(sent.filter((line) => /^(?:MKD|RMD|DELE)/.test(line))).toEqual([
      'MKD portreeve-3f9a2c',
      'RMD portreeve-3f9a2c',
    ])
  })

  test('and told where it cannot be taken away', async () => {
    const { found, sent } = await assessed(
      { tree, perm: { '/up': 'elm' }, removal: 'refused' },
      asked,
    )
    expect(found.ftp.cleanUp).toEqual([{ path: '/up/portreeve-3f9a2c', removed: false }])
    expect(found.ftp.writable).toBe('proved')
    expect(sent.filter((line) => line.startsWith('DELE'))).toEqual([])
  })

  test('and told where the server goes away over it', async () => {
    const { found } = await assessed({ tree, perm: { '/up': 'elm' }, say: { MKD: null } }, asked)
    expect(found.ftp.cleanUp).toEqual([{ path: '/up/portreeve-3f9a2c', removed: false }])
    expect(found.ftp.writable).toBe('inferred')
  })

  test('not where it is refused: that says nothing of files', async () => {
    const { found, answer } = await assessed({ tree, listing: 'list', features: [] }, asked)
    expect(answer('writable')).toBe('unknown mkdir-refused')
    expect(found.ftp.cleanUp).toEqual([])
  })

  test('after all else: the last commands but QUIT are its own', async () => {
    const { server } = await assessed(
      { tree, perm: { '/up': 'elm' }, tls: 'offered' },
      { proveWritable: 'ask' },
    )
    const verbs = server.heard.map(({ line }) => line.split(' ')[0])
    expect(verbs.slice(-4)).toEqual(['CWD', 'MKD', 'RMD', 'QUIT'])
    expect(server.peak()).toBeLessThanOrEqual(2)
  })
})
