import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, cuts, wire } from '../../../../test/ftp-wire.ts'
import { encodeWire, wireOf } from '../wire.ts'
import { dialects } from './entry.ts'
import {
  dialectOf,
  endListing,
  listingParsers,
  listingStart,
  parseListing,
  parseListingLine,
  stepListing,
} from './listing.ts'
import { parseNames } from './names.ts'

const rows = [
  [
    '-rw-r--r--   1 ftp      ftp        118196 Nov 21 09:00 test.pdf',
    'unix file "test.pdf" 118196 --11-21T09:00',
  ],
  ['-rw-r--r--    1 1000 1000 5 Jan  3  2024 a b  c.txt', 'unix file "a b  c.txt" 5 2024-01-03'],
  ['-rw-r--r--    1 1000 1000 5 Jan  3  2024  leading', 'unix file " leading" 5 2024-01-03'],
  ['drwxr-xr-x 2 root 4096 Feb 29  2024 no group', 'unix directory "no group" 4096 2024-02-29'],
  ['drwxrwxrwt+ 2 root root 4096 Feb 29  2024 .', 'unix current "." 4096 2024-02-29'],
  [
    'lrwxrwxrwx 1 root root 7 Dec 31 23:59 latest -> pub/a b',
    'unix link "latest" 7 --12-31T23:59 -> pub/a b',
  ],
  ['crw-rw-rw- 1 root root 1, 3 Jan  1 00:00 null', 'unix other "null" null --01-01T00:00'],
  ['-rw-r--r-- 1 a b 5 2024-01-03 09:00 iso', 'unix file "iso" 5 2024-01-03T09:00'],
  ['-rw-r--r-- 1 a b 5 3. M\u00c3\u00a4r 09:00 deutsch', 'unix file "deutsch" 5 --03-03T09:00'],
  ['-rw-r--r-- 1 a b 99999999999999999999 Jan  3  2024 huge', 'unix file "huge" null 2024-01-03'],
  ['-rw-r--r-- 1 DOMAIN\\a Domain Users 5 Jan  3  2024 x', 'unix file "x" 5 2024-01-03'],
  ['-rw-r--r-- 1 a b 5 Xyz 33  2024 x', 'unknown'],
  ['-rw-r--r-- 1 a b 5 Jan 33  2024 x', 'unknown'],
  ['-rw-r--r-- 1 a b 5 Jan 3 25:00 x', 'unknown'],
  ['total 12', 'nothing'],
  [
    '11-21-26  09:05AM       <DIR>          My Docs',
    'dos directory "My Docs" null 2026-11-21T09:05',
  ],
  ['11-21-99  12:05AM            1,024 a b.txt', 'dos file "a b.txt" 1024 1999-11-21T00:05'],
  ['11-21-2026  12:05PM  7 x', 'dos file "x" 7 2026-11-21T12:05'],
  ['2026-11-21  23:05  7 x', 'dos file "x" 7 2026-11-21T23:05'],
  [
    '11-21-26  09:05AM  <JUNCTION>  link [C:\\data]',
    'dos link "link" null 2026-11-21T09:05 -> C:\\data',
  ],
  ['13-21-26  09:05AM  7 x', 'unknown'],
  [
    'Type=file;Size=25;Modify=20261121090000.123;Perm=ADFR; a; b',
    'mlsd file "a; b" 25 2026-11-21T09:00:00.123Z',
  ],
  [
    ' type=dir;modify=20261121090000;perm=el; /pub',
    'mlsd directory "/pub" null 2026-11-21T09:00:00Z',
  ],
  ['type=cdir;perm=elc; /', 'mlsd current "/" null null'],
  ['type=pdir; ..', 'mlsd parent ".." null null'],
  ['type=OS.unix=slink:/target;size=1; l', 'mlsd link "l" 1 null -> /target'],
  ['type=file;modify=20261321090000; x', 'mlsd file "x" null null'],
  ['+i8388621.29609,m824255902,/,\tdev', 'eplf directory "dev" null 1996-02-13T23:58:22Z'],
  [
    '+i8388621.44468,m839956783,r,s10376,\tRFCEPLF',
    'eplf file "RFCEPLF" 10376 1996-08-13T17:19:43Z',
  ],
  [
    'CII-MANUAL.TEX;1  213/216  29-JAN-1996 03:33:12  [ANONYMOU,ANONYMOUS]   (RWED,RWED,,)',
    'vms file "CII-MANUAL.TEX" null 1996-01-29T03:33:12',
  ],
  ['CORE.DIR;1  1  8-SEP-1996 16:09 [SYSTEM]', 'vms directory "CORE" null 1996-09-08T16:09'],
  ['Directory DISK$USER:[ANONYMOUS]', 'nothing'],
  ['Total of 3 files, 22 blocks.', 'nothing'],
  ['QSYS           77824 02/23/00 15:09:55 *DIR       home/', 'os400 directory "home" null null'],
  ['BOB            77824 02/23/00 15:09:55 *STMF      a b.txt', 'os400 file "a b.txt" 77824 null'],
  ['BOB                                    *MEM       FILE.MBR', 'os400 file "FILE.MBR" null null'],
  ['no listing at all', 'unknown'],
] as const

const said = (line: string): string => {
  const found = parseListingLine(line)
  if (typeof found === 'string') return found
  const { dialect, kind, name, bytes, modified, target } = found
  return `${dialect} ${kind} "${name}" ${bytes} ${modified}${target === null ? '' : ` -> ${target}`}`
}

describe('a line', () => {
  test.each(rows)('%s', (line, out) => {
    expect(said(line)).toBe(out)
  })

  test('tells owners, mode and permissions', () => {
    expect(parseListingLine('drwxr-x--T 3 bob Domain Users 5 Jan  3  2024 x')).toMatchObject({
      mode: 'rwxr-x--T',
      owner: 'bob',
      group: 'Domain Users',
    })
    expect(parseListingLine('-rw-r--r-- 1 bob 5 Jan  3  2024 x')).toMatchObject({
      owner: 'bob',
      group: null,
    })
    expect(
      parseListingLine('type=dir;perm=ELCMP;unix.mode=01777;unix.uid=0;unix.gid=5; x'),
    ).toMatchObject({ mode: 'rwxrwxrwt', permissions: 'elcmp', owner: '0', group: '5' })
  })

  test('keeps control characters, and bytes that are not UTF-8', () => {
    expect(parseListingLine('type=file; a\u001b[2Jb')).toMatchObject({
      name: 'a\u001b[2Jb',
      nameBase64: null,
    })
    expect(parseListingLine('type=file; \u00e9')).toMatchObject({ name: 'é', nameBase64: '6Q==' })
    expect(parseListingLine(`type=file; ${encodeWire('é')}`)).toMatchObject({
      name: 'é',
      nameBase64: null,
    })
  })
})

const read = (chunks: readonly string[], limits?: Parameters<typeof stepListing>[2]) => {
  let state = listingStart
  const entries = chunks.flatMap((chunk) => {
    const step = stepListing(state, chunk, limits)
    state = step.state
    return step.entries
  })
  const end = endListing(state, limits)
  return { entries: [...entries, ...end.entries], state: end.state }
}

describe('a listing', () => {
  test('is the same however the bytes are cut, stays in its bounds, and loses no line unseen', () => {
    fc.assert(
      fc.property(
        wire,
        cuts,
        fc.constantFrom(undefined, { line: 70, entries: 2 }),
        (text, at, limits) => {
          const whole = read([text], limits)
          expect(read(cut(text, at), limits)).toEqual(whole)
          expect(whole.entries.length).toBe(whole.state.entries)
          if (limits) expect(whole.entries.length).toBeLessThanOrEqual(limits.entries)
          const seen = Object.values(whole.state.seen).reduce((sum, count) => sum + count, 0)
          expect(seen + whole.state.unknown).toBeGreaterThanOrEqual(whole.entries.length)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('keeps the byte 255 of a name', () => {
    expect(read(['type=file; a\u00ff', '\u00fbb\r\n']).entries[0]?.name).toBe('a\u00ff\u00fbb')
  })

  test('counts what it does not know and what is beyond its limits', () => {
    const line = 'type=file; x\r\n'
    const { entries, state } = parseListing(
      `${line.repeat(5)}what?\r\n${'z'.repeat(99)}\r\n${line}`,
      {
        line: 50,
        entries: 4,
      },
    )
    expect(entries).toHaveLength(4)
    expect(state).toMatchObject({ unknown: 1, dropped: 3 })
    expect(dialectOf(state)).toBe('mlsd')
  })

  test('joins a VMS name to the line below it', () => {
    const { entries, state } = parseListing(
      'A_VERY_LONG_NAME_INDEED.TXT;12\r\n     3/4  21-NOV-2026 09:00:00\r\nA.B;1\r\n',
    )
    expect(entries.map(({ name, modified }) => [name, modified])).toEqual([
      ['A_VERY_LONG_NAME_INDEED.TXT', '2026-11-21T09:00:00'],
    ])
    expect(state.unknown).toBe(1)
  })

  test('of hostile lines takes no time that grows with their square', () => {
    const nasty = [
      ' ',
      '1 ',
      'a=b;',
      '; ',
      ' [',
      '\t',
      '-rw-r--r-- ',
      '11-21-26 ',
      'A;1 ',
      '*DIR ',
      'Q *X ',
    ]
    for (const part of nasty) {
      const heads = [
        '',
        '-rw-r--r-- 1 a b 5 ',
        '11-21-26  09:05AM  <JUNCTION> ',
        'A ',
        'A;1 3 ',
        '+',
      ]
      for (const head of heads) parseListingLine(head + part.repeat(8192 / part.length))
    }
  }, 2000)
})

describe('the corpus of odd listings', () => {
  const folder = join(import.meta.dirname, '../../../../test/fixtures/ftp/listings')
  test.each(readdirSync(folder))('%s', (file) => {
    const text = wireOf(readFileSync(join(folder, file)))
    const { entries, state } = parseListing(text)
    const [dialect, count, unknown] = file.replace('.txt', '').split('-').slice(-3)
    expect([dialectOf(state) ?? 'none', entries.length, state.unknown]).toEqual([
      dialect,
      Number(count),
      Number(unknown),
    ])
  })
})

test('names of an NLST are lines, bounded, bytes kept', () => {
  expect(parseNames('a b\r\n\u00ff\n\r\nlast', { line: 9, entries: 9 })).toEqual({
    names: [
      { text: 'a b', base64: null },
      { text: '\u00ff', base64: '/w==' },
      { text: 'last', base64: null },
    ],
    dropped: 0,
  })
  expect(parseNames('a\nb\nccccccccccc\n', { line: 9, entries: 1 })).toMatchObject({ dropped: 2 })
})

test('the registry holds each dialect once', () => {
  expect(listingParsers.map(({ dialect }) => dialect)).toEqual(dialects)
})
