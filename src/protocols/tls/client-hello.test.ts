import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxHello, parseClientHello } from './client-hello.ts'
import { clientHello } from './hello.ts'
import { allSuites } from './suites.ts'

const helloOf = (name: string | null, ...alpn: readonly string[]) =>
  clientHello({
    versions: ['TLSv1.2', 'TLSv1.3'],
    ciphers: allSuites,
    name,
    alpn,
    random: new Uint8Array(32),
  })

describe('a ClientHello', () => {
  test.each([
    { says: 'both', name: 'ftp.example.test', protocols: ['ftp', 'x'] },
    { says: 'a name alone', name: 'ftp.example.test', protocols: [] },
    { says: 'what it is for alone', name: null, protocols: ['ftp'] },
    { says: 'nothing', name: null, protocols: [] },
  ])('says $says', ({ name, protocols }) => {
    expect(parseClientHello(helloOf(name, ...protocols))).toEqual({ name, protocols })
  })

  test.each([
    { name: 'FTP.Example.Test', told: 'ftp.example.test' },
    { name: '192.0.2.1', told: null },
    { name: 'a b', told: null },
    { name: 'a\x1b[2J', told: null },
    { name: '', told: null },
    { name: 'x'.repeat(300), told: null },
  ])('asks for $name', ({ name, told }) => {
    expect(parseClientHello(helloOf(name))).toMatchObject({ name: told })
  })

  test('is waited for until it is whole', () => {
    const whole = helloOf('a.test', 'ftp')
    for (let end = 0; end < whole.length; end++)
      expect(parseClientHello(whole.subarray(0, end))).toBe('more')
  })

  test('is not waited for without an end', () => {
    const endless = new Uint8Array(maxHello).fill(0)
    endless.set([22, 3, 1, 0xff, 0xff])
    expect(parseClientHello(endless)).toBeNull()
  })

  test.each([
    ['another message', Uint8Array.of(22, 3, 1, 0, 2, 9, 9)],
    ['another record', Uint8Array.of(23, 3, 1, 0, 2, 1, 1)],
    ['a message that leads out of its record', Uint8Array.of(22, 3, 1, 0, 4, 1, 0, 0, 9)],
    ['text', Buffer.from('AUTH TLS\r\n')],
  ])('is not %s', (_, bytes) => {
    expect(parseClientHello(bytes)).toBeNull()
  })

  test('with extensions that lead out of it says what stands before them', () => {
    const whole = helloOf('a.test')
    const name = Buffer.from('a.test')
    const at = Buffer.from(whole).indexOf(name) + name.length
    const bent = Uint8Array.from(whole)
    bent.set([0, 10, 0xff, 0xff], at)
    expect(parseClientHello(bent)).toEqual({ name: 'a.test', protocols: [] })
  })

  test('never throws, and never names what is no name', () => {
    const whole = helloOf('a.test', 'ftp')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.uint8Array({ maxLength: 40 }),
        (changes, tail) => {
          const bent = Uint8Array.from([...whole, ...tail])
          for (const [at, to] of changes) bent[at] = to
          const hello = parseClientHello(bent)
          if (hello !== 'more' && hello?.name != null) expect(hello.name).toMatch(/^[a-z0-9._-]+$/)
        },
      ),
    )
  })
})
