import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  certificate,
  ecKeys,
  rsaKeys,
  type Wanted,
} from '../../../scan/tls-certificate.test.data.ts'
import { certificateFacts } from './facts.ts'

const here = '127.0.0.1'
const keys = ecKeys()
const factsOf = (wanted: Wanted, asked: string | null = here) =>
  certificateFacts(certificate({ keys, ...wanted }).der, asked)

describe('the facts of a certificate', () => {
  test('of a good one', () => {
    const made = certificate({
      keys,
      organisation: 'Harbour, Ltd',
      commonName: 'ftp.example.test',
      dns: ['ftp.example.test', '*.files.example.test'],
      addresses: [
        [127, 0, 0, 1],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      ],
    })
    expect(certificateFacts(made.der, here)).toEqual({
      subject: 'O=Harbour\\, Ltd, CN=ftp.example.test',
      issuer: 'O=Harbour\\, Ltd, CN=ftp.example.test',
      names: ['ftp.example.test', '*.files.example.test', '127.0.0.1', '::1'],
      nameMatches: 'yes',
      notBefore: '2020-01-01T00:00:00.000Z',
      notAfter: '2120-01-01T00:00:00.000Z',
      keyType: 'ec',
      keyBits: 256,
      signatureAlgorithm: 'ecdsa-with-SHA256',
      selfSigned: true,
      fingerprintSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('of an old one: short, by SHA-1, long expired', () => {
    const facts = factsOf({
      keys: rsaKeys(1024),
      hash: 'sha1',
      commonName: 'old.example.test',
      notBefore: '20010101000000Z',
      notAfter: '20020101000000Z',
    })
    expect(facts).toMatchObject({
      keyType: 'rsa',
      keyBits: 1024,
      signatureAlgorithm: 'sha1WithRSAEncryption',
      notAfter: '2002-01-01T00:00:00.000Z',
      names: [],
      selfSigned: true,
    })
  })

  test.each(['secp384r1', 'secp521r1', 'secp256k1', 'prime192v1', 'brainpoolP320r1'])(
    'the bits of %s',
    (namedCurve) => {
      const facts = factsOf({ keys: generateKeyPairSync('ec', { namedCurve }) })
      expect(facts.keyBits).toBe(Number(/\d{3}/.exec(namedCurve)?.[0]))
    },
  )

  test('another key signed it: not self-signed, whatever the names say', () => {
    const authority = certificate({ commonName: 'same' })
    expect(factsOf({ commonName: 'same', issuer: authority })).toMatchObject({
      subject: 'CN=same',
      issuer: 'CN=same',
      selfSigned: false,
    })
  })

  test.each<readonly [string, Wanted, string | null, string]>([
    ['the name', { dns: ['a.test'] }, 'a.test', 'yes'],
    ['the name in other letters', { dns: ['a.test'] }, 'A.TEST', 'yes'],
    ['another name', { dns: ['a.test'] }, 'b.test', 'no'],
    ['a wildcard', { dns: ['*.a.test'] }, 'x.a.test', 'yes'],
    ['a wildcard, two labels deeper', { dns: ['*.a.test'] }, 'y.x.a.test', 'no'],
    ['a common name alone', { commonName: 'a.test' }, 'a.test', 'yes'],
    ['a common name beside others', { commonName: 'a.test', dns: ['b.test'] }, 'a.test', 'no'],
    ['the address', { addresses: [[127, 0, 0, 1]] }, here, 'yes'],
    ['another address', { addresses: [[127, 0, 0, 2]] }, here, 'no'],
    ['an address asked for by its text', { addresses: [[127, 0, 0, 1]] }, '127.0.0.1', 'yes'],
    ['a name for an address', { dns: ['127.0.0.1'] }, here, 'no'],
    ['no name at all', {}, 'a.test', 'no'],
    ['nobody knows whom', { dns: ['a.test'] }, null, 'unknown'],
    ['a name that is none', { dns: ['a.test'] }, 'a.test\0.b', 'unknown'],
  ])('names: %s', (_, wanted, asked, answer) => {
    expect(factsOf(wanted, asked).nameMatches).toBe(answer)
  })

  test('odd names are kept as they are, and there are not too many', () => {
    const odd = ['comma, DNS:evil.test', 'quote".test', 'esc\u001b[31m.test', 'back\\slash.test']
    expect(factsOf({ dns: odd }).names).toEqual(odd)
    expect(
      factsOf({ dns: Array.from({ length: 5000 }, (_, i) => `n${i}.test`) }).names,
    ).toHaveLength(256)
    const long = factsOf({ dns: ['x'.repeat(100_000)], commonName: 'y'.repeat(64) })
    expect(long.names[0]?.length).toBeLessThanOrEqual(1024)
  })

  test('of what is none, nothing is known, and that it is unknown is said', () => {
    const nothing = { subject: null, names: [], nameMatches: 'unknown', selfSigned: null }
    expect(certificateFacts(null, here)).toMatchObject(nothing)
    expect(certificateFacts(Buffer.from('junk'), here)).toMatchObject(nothing)
    expect(certificateFacts(Buffer.of(), here)).toMatchObject(nothing)
  })

  test('times that are none are null, the rest is told', () => {
    const facts = factsOf({ commonName: 'a', notAfter: '99999999999999Z', notBefore: 'never' })
    expect(facts).toMatchObject({ notAfter: null, notBefore: null })
  })

  test('never throws, whatever is changed in it', () => {
    const { der } = certificate({ keys, commonName: 'a.test', dns: ['a.test'], organisation: 'b' })
    const changes = fc.array(fc.tuple(fc.nat(der.length - 1), fc.nat(255)), { maxLength: 8 })
    fc.assert(
      fc.property(changes, fc.nat(der.length), (bytes, length) => {
        const changed = Buffer.from(der)
        for (const [at, to] of bytes) changed[at] = to
        const facts = certificateFacts(changed.subarray(0, length || undefined), 'a.test')
        expect(facts.names.length).toBeLessThanOrEqual(256)
      }),
      { numRuns: 500 },
    )
  })
})
