import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Verb } from '../../protocols/ftp/verbs.ts'
import { below, directoryAfter } from './working-directory.ts'

describe('a path', () => {
  test.each<readonly [from: string | null, path: string, whole: string | null]>([
    ['/', 'pub', '/pub'],
    ['/pub', 'a/b', '/pub/a/b'],
    ['/pub', '/etc', '/etc'],
    [null, '/etc/', '/etc'],
    [null, 'pub', null],
    ['/pub/a', '..', '/pub'],
    ['/', '../..', '/'],
    ['/pub', './x//y', '/pub/x/y'],
    ['/pub', '', null],
    ['C:\\ftp', 'pub', null],
    ['/pub', 'x'.repeat(2000), null],
  ])('from %s: %s is %s', (from, path, whole) => {
    expect(below(from, path)).toBe(whole)
  })

  test('is absolute and no longer than it may be, however it is made', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 700 }), { maxLength: 8 }), (parts) => {
        const whole = parts.reduce<string | null>((from, path) => below(from, path), '/')
        if (whole === null) return
        expect(whole.length).toBeLessThanOrEqual(1024)
        expect(whole).toMatch(/^\//)
        expect(whole.split('/')).not.toContain('..')
      }),
    )
  })
})

describe('behind a reply', () => {
  test.each<{ verb: Verb; argument: string | null; code: number; text: string; is: string | null }>(
    [
      { verb: 'PWD', argument: null, code: 257, text: '"/home/bob" is it', is: '/home/bob' },
      { verb: 'PWD', argument: null, code: 550, text: 'no', is: '/pub' },
      { verb: 'PWD', argument: null, code: 257, text: 'no quotes', is: null },
      { verb: 'CWD', argument: 'a', code: 250, text: 'ok', is: '/pub/a' },
      { verb: 'CWD', argument: 'a', code: 550, text: 'no', is: '/pub' },
      { verb: 'CDUP', argument: null, code: 200, text: 'ok', is: '/' },
      { verb: 'PASS', argument: null, code: 230, text: 'in', is: null },
      { verb: 'REIN', argument: null, code: 220, text: 'again', is: null },
      { verb: 'TYPE', argument: 'I', code: 200, text: 'ok', is: '/pub' },
      { verb: 'MKD', argument: 'x', code: 257, text: '"/pub/x" made', is: '/pub' },
    ],
  )('$code to $verb $argument it is $is', ({ verb, argument, code, text, is }) => {
    const item = { verb, argument, turn: 0, transfer: null, channel: null }
    expect(directoryAfter('/pub', item, { code, lines: [text], faults: [] })).toBe(is)
  })
})
