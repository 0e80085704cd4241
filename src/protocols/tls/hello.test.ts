import { describe, expect, test } from 'vitest'
import { readerOf } from './bytes.ts'
import { clientHello, type HelloOptions } from './hello.ts'
import { allSuites, suiteName, suiteOfCode, suites, weakSuites } from './suites.ts'
import { codeOfVersion, tlsVersions, versionOfCode } from './version.ts'

const random = Uint8Array.from({ length: 32 }, (_, at) => at)
const plain: HelloOptions = { versions: ['TLSv1.2'], ciphers: [5], name: null, alpn: [], random }

/** Reads a hello back by the letter of RFC 8446 §4.1.2; throws where a length does not fit. */
function readHello(bytes: Uint8Array) {
  const must = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('cut short')
    return value
  }
  const record = readerOf(bytes)
  const type = must(record.number(1))
  const recordVersion = must(record.number(2))
  const message = readerOf(must(record.vector(2)))
  const kind = must(message.number(1))
  const body = readerOf(must(message.vector(3)))
  const version = must(body.number(2))
  expect(must(body.take(32))).toEqual(random)
  const session = must(body.vector(1))
  const ciphers = must(body.vector(2))
  const compression = must(body.vector(1))
  const extensions = new Map<number, Uint8Array>()
  if (!body.done()) {
    const block = readerOf(must(body.vector(2)))
    while (!block.done()) extensions.set(must(block.number(2)), must(block.vector(2)))
  }
  expect([record.done(), message.done(), body.done()]).toEqual([true, true, true])
  expect([type, kind, ...compression]).toEqual([22, 1, 0])
  return { recordVersion, version, session, ciphers, extensions }
}

describe('a hello of our own', () => {
  test.each([
    { versions: ['SSLv3'], record: 0x0300, version: 0x0300 },
    { versions: ['TLSv1'], record: 0x0301, version: 0x0301 },
    { versions: ['TLSv1.1'], record: 0x0301, version: 0x0302 },
    { versions: ['TLSv1.1', 'SSLv3'], record: 0x0301, version: 0x0302 },
    { versions: ['TLSv1.2'], record: 0x0301, version: 0x0303 },
    { versions: ['TLSv1.3'], record: 0x0301, version: 0x0303 },
  ] as const)('says $versions', ({ versions, record, version }) => {
    const read = readHello(clientHello({ ...plain, versions }))
    expect(read).toMatchObject({ recordVersion: record, version })
  })

  test('offers its suites in order, and safe renegotiation', () => {
    const { ciphers } = readHello(clientHello({ ...plain, ciphers: [0xc030, 0x000a] }))
    expect([...ciphers]).toEqual([0xc0, 0x30, 0x00, 0x0a, 0x00, 0xff])
  })

  test('has no extension in SSL 3.0', () => {
    const { extensions } = readHello(clientHello({ ...plain, versions: ['SSLv3'], name: 'a.test' }))
    expect(extensions.size).toBe(0)
  })

  test('names the server and what is spoken, where that is wanted', () => {
    const { extensions } = readHello(clientHello({ ...plain, name: 'a.test', alpn: ['ftp'] }))
    expect(Buffer.from(extensions.get(0) ?? [])).toEqual(Buffer.from('\0\x09\0\0\x06a.test'))
    expect(Buffer.from(extensions.get(16) ?? [])).toEqual(Buffer.from('\0\x04\x03ftp'))
    const without = readHello(clientHello(plain)).extensions
    expect([without.has(0), without.has(16), without.has(43), without.has(51)]).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  test('is never of a length that some balancers hang on', () => {
    for (let count = 1; count < 240; count++) {
      const ciphers = Array.from({ length: count }, (_, code) => code)
      const { length } = clientHello({ ...plain, ciphers })
      expect(length - 5 < 256 || length - 5 >= 512).toBe(true)
      readHello(clientHello({ ...plain, ciphers }))
    }
  })

  test('offers TLS 1.3 and others by extension, with a key share', () => {
    const { extensions, session } = readHello(
      clientHello({ ...plain, versions: ['TLSv1.2', 'TLSv1.3'] }),
    )
    expect([...(extensions.get(43) ?? [])]).toEqual([4, 3, 4, 3, 3])
    expect(extensions.get(51)).toHaveLength(2 + 2 + 2 + 32)
    expect(session).toHaveLength(32)
  })
})

describe('the suites', () => {
  test.each([
    ['TLS_RSA_WITH_NULL_MD5', ['null', 'md5']],
    ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', ['export', 'rc4', 'md5']],
    ['TLS_RSA_EXPORT_WITH_DES40_CBC_SHA', ['export', 'des']],
    ['TLS_DH_anon_WITH_AES_256_CBC_SHA', ['anonymous']],
    ['TLS_RSA_WITH_DES_CBC_SHA', ['des']],
    ['TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA', ['3des']],
    ['TLS_RSA_WITH_IDEA_CBC_SHA', ['idea']],
    ['TLS_SHA256_SHA256', ['null']],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', []],
    ['TLS_AES_256_GCM_SHA384', []],
    ['TLS_RSA_WITH_AES_128_CBC_SHA', []],
  ])('%s is weak for %j', (name, weak) => {
    expect(suites.find((suite) => suite.name === name)?.weak).toEqual(weak)
  })

  test('have each one number and one name', () => {
    expect(new Set(suites.map(({ code }) => code)).size).toBe(suites.length)
    expect(new Set(suites.map(({ name }) => name)).size).toBe(suites.length)
    expect(suiteName(0xc030)).toBe('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384')
    expect(suiteName(0x0a0a)).toBe('0x0a0a')
  })

  test('the weak are offered worst first, the strong never among them', () => {
    expect(weakSuites.every((code) => suiteOfCode(code)?.weak.length)).toBe(true)
    expect(suiteOfCode(weakSuites[0] ?? 0)?.weak).toContain('null')
    expect(suiteOfCode(weakSuites.at(-1) ?? 0)?.weak).toEqual(['idea'])
    expect([weakSuites.includes(0), weakSuites.includes(0xc0b4)]).toEqual([false, false])
  })

  test('all are offered to who should understand, the strong first', () => {
    expect(new Set(allSuites).size).toBe(suites.length - 1)
    expect(suiteOfCode(allSuites[0] ?? 0)?.weak).toEqual([])
  })
})

test('versions and their numbers are one to one', () => {
  expect(tlsVersions.map(codeOfVersion)).toEqual([0x0300, 0x0301, 0x0302, 0x0303, 0x0304])
  expect(tlsVersions.map(codeOfVersion).map(versionOfCode)).toEqual(tlsVersions)
  expect([0x0305, 0x0002, 0x7f1c].map(versionOfCode)).toEqual([undefined, undefined, undefined])
})
