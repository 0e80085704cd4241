import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wireOf } from '../../protocols/ftp/wire.ts'
import { findFiles, type Listing, maxFiles } from './listings.ts'

const file = (name: string) => `-rw-r--r--   1 ftp  ftp       77 Aug 16  2009 ${name}\r\n`
const folder = (name: string) => `drwxr-xr-x   2 ftp  ftp     4096 Aug 16  2009 ${name}\r\n`
const listing = (given: Partial<Listing>): Listing => ({
  verb: 'LIST',
  argument: null,
  directory: '/pub',
  text: '',
  extent: 'whole',
  ...given,
})
const paths = (given: Partial<Listing>): readonly string[] | null =>
  findFiles(listing(given))?.files.map(({ path }) => path) ?? null

describe('a listing', () => {
  test('tells files with what it says of them', () => {
    const text = `total 8\r\n${folder('sub')}${file('server.key')}${file('a.pdf')}`
    expect(findFiles(listing({ text }))).toEqual({
      files: [
        {
          path: '/pub/server.key',
          nameBase64: null,
          bytes: 77,
          modified: '2009-08-16',
          category: 'key',
          content: null,
        },
        expect.objectContaining({ path: '/pub/a.pdf', category: 'pdf' }),
      ],
      directories: ['/pub/sub'],
    })
  })
  test('of facts tells the time with its zone, of Unix without', () => {
    const text = 'type=file;size=5;modify=20261121090000; x.sql\r\n'
    expect(findFiles(listing({ verb: 'MLSD', text }))?.files).toMatchObject([
      { path: '/pub/x.sql', bytes: 5, modified: '2026-11-21T09:00:00Z', category: 'database' },
    ])
  })
  test('keeps the bytes of a name that is not UTF-8', () => {
    expect(findFiles(listing({ text: file('\u00e9.txt') }))?.files).toMatchObject([
      { path: '/pub/\u00e9.txt', nameBase64: btoa('\u00e9.txt') },
    ])
  })
})

describe('the path of a file', () => {
  test.each<{ name: string; given: Partial<Listing>; path: string }>([
    { name: 'the working directory', given: { text: file('a') }, path: '/pub/a' },
    { name: 'nobody knows where', given: { directory: null, text: file('a') }, path: 'a' },
    { name: 'options', given: { argument: '-la', text: file('a') }, path: '/pub/a' },
    { name: 'a directory', given: { argument: 'x', text: file('a') }, path: '/pub/x/a' },
    { name: 'both', given: { argument: '-a /etc', text: file('a') }, path: '/etc/a' },
    {
      name: 'a directory from nowhere',
      given: { argument: 'x', directory: null, text: file('a') },
      path: 'a',
    },
    {
      name: 'an absolute one from nowhere',
      given: { argument: '/etc', directory: null, text: file('a') },
      path: '/etc/a',
    },
    { name: 'a pattern', given: { argument: '*.txt', text: file('a.txt') }, path: 'a.txt' },
    { name: 'the file itself', given: { argument: 'x/a', text: file('a') }, path: '/pub/x/a' },
    { name: 'all below', given: { argument: '-lR', text: file('a') }, path: 'a' },
    { name: 'an absolute name', given: { text: file('/srv/a') }, path: '/srv/a' },
    {
      name: 'a name with its directory',
      given: { verb: 'NLST', argument: 'x', text: 'x/a\r\n' },
      path: '/pub/x/a',
    },
    { name: 'the top', given: { directory: '/', text: file('a') }, path: '/a' },
  ])('where $name is asked for is $path', ({ given, path }) => {
    expect(paths(given)).toEqual([path])
  })
})

describe('what is seen of it', () => {
  test.each<{ name: string; given: Partial<Listing>; files: readonly string[] | null }>([
    { name: 'nothing, and no more', given: {}, files: [] },
    { name: 'nothing, and perhaps more', given: { extent: 'cut' }, files: null },
    { name: 'nothing for a name', given: { argument: 'x' }, files: null },
    { name: 'nothing for a pattern', given: { argument: '*.pem' }, files: null },
    { name: 'directories alone', given: { argument: 'x', text: folder('y') }, files: [] },
    { name: 'directories, cut', given: { text: folder('y'), extent: 'cut' }, files: null },
    {
      name: 'a part',
      given: { text: file('a') + file('bcd').slice(0, -4), extent: 'cut' },
      files: ['/pub/a'],
    },
    {
      name: 'a last line without its end',
      given: { text: file('a').trimEnd() },
      files: ['/pub/a'],
    },
    { name: 'lines that nobody knows', given: { text: 'what is this\r\n' }, files: null },
    { name: 'TLS', given: { text: '\x16\x03\x03\x00\x04abcd' }, files: null },
    {
      name: 'names',
      given: { verb: 'NLST', text: '.\r\n..\r\na\r\nb c\r\n' },
      files: ['/pub/a', '/pub/b c'],
    },
    { name: 'no names', given: { verb: 'NLST', text: 'x\x9c\x01\x02\n\x03\n' }, files: null },
    { name: 'no names at all', given: { verb: 'NLST' }, files: [] },
  ])('$name', ({ given, files }) => {
    expect(paths(given)).toEqual(files)
  })

  test('is bounded', () => {
    const text = Array.from({ length: 3 * maxFiles }, (_, i) => file(`f${i}`)).join('')
    expect(paths({ text })).toHaveLength(maxFiles)
    expect(paths({ verb: 'NLST', text: 'a\r\n'.repeat(2 * maxFiles) })).toHaveLength(maxFiles)
  })

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom('LIST', 'NLST', 'MLSD'),
        fc.option(fc.string()),
        fc.constantFrom('whole', 'cut'),
        (bytes, verb, argument, extent) => {
          const found = findFiles(listing({ verb, argument, extent, text: wireOf(bytes) }))
          expect(found?.files.length ?? 0).toBeLessThanOrEqual(maxFiles)
        },
      ),
    )
  })
})
