import { describe, expect, test } from 'vitest'
import type { Service, TlsFacts } from '../../model/service.ts'
import {
  type Answers,
  ftp,
  judge,
  seen,
  service,
  textsOf,
  tls,
  untold,
  verdict,
} from '../sample-service.test.data.ts'

const of = (id: 'ftp-server-tls-weak' | 'ftp-server-certificate-invalid') => ({
  verdict: (facts: Partial<TlsFacts>, answers: Answers = {}, more: Partial<Service> = {}) =>
    verdict(id, answers, {}, { tls: tls(facts), ...more }),
  texts: (facts: Partial<TlsFacts>) => textsOf(judge(id, service({ tls: tls(facts) }))),
})

describe('a login in clear text', () => {
  test.each([
    { accounts: 'no', anonymous: 'no', gives: 'pass' },
    { accounts: 'yes', anonymous: 'no', gives: 'fail' },
    { accounts: 'yes', anonymous: 'unknown', gives: 'fail' },
    { accounts: 'no', anonymous: 'yes', gives: 'fail low' },
    { accounts: 'unknown', anonymous: 'yes', gives: 'fail low' },
    { accounts: 'unknown', anonymous: 'no', gives: 'unknown' },
    { accounts: 'no', anonymous: 'unknown', gives: 'unknown' },
  ] as const)('accounts $accounts, anonymous $anonymous: $gives', (row) => {
    const answers = {
      'clear-login-accounts': row.accounts,
      'clear-login-anonymous': row.anonymous,
    }
    expect(verdict('ftp-server-clear-text-login', answers)).toBe(row.gives)
  })
})

describe('no TLS', () => {
  test.each([
    { explicit: 'no', implicit: 'no', gives: 'fail' },
    { explicit: 'yes', implicit: 'unknown', gives: 'pass' },
    { explicit: 'no', implicit: 'yes', gives: 'pass' },
    { explicit: 'no', implicit: 'unknown', gives: 'unknown' },
    { explicit: 'unknown', implicit: 'no', gives: 'unknown' },
  ] as const)('explicit $explicit, implicit $implicit: $gives', ({ explicit, implicit, gives }) => {
    const answers = { 'explicit-tls': explicit, 'implicit-tls': implicit }
    expect(verdict('ftp-server-no-tls', answers)).toBe(gives)
  })
})

describe.each(['ftp-server-tls-weak', 'ftp-server-certificate-invalid'] as const)('%s', (id) => {
  test('does not apply to a server without TLS', () => {
    const found = judge(
      id,
      service({ tls: null, ftp: ftp({ 'explicit-tls': 'no', 'implicit-tls': 'no' }) }),
    )
    expect(found?.status).toBe('not-applicable')
    expect(textsOf(found)[0]).toBe('it offers no TLS')
  })
  test.each(['yes', 'unknown'] as const)(
    'is unknown where TLS is %s but was not seen',
    (answer) => {
      expect(verdict(id, { 'explicit-tls': answer }, {}, { tls: null })).toBe('unknown')
    },
  )
})

describe('weak TLS', () => {
  const weak = of('ftp-server-tls-weak')
  test('a server of today passes', () => {
    expect(weak.verdict({})).toBe('pass')
  })
  test.each<{ name: string; facts: Partial<TlsFacts>; gives: string }>([
    { name: 'TLS 1.0', facts: { offers: { TLSv1: 'yes' } }, gives: 'fail medium' },
    { name: 'SSL 3', facts: { offers: { SSLv3: 'yes' } }, gives: 'fail high' },
    { name: 'SSL 2', facts: { offers: { SSLv2: 'yes' } }, gives: 'fail high' },
    { name: 'a session of TLS 1.1', facts: { version: 'TLSv1.1' }, gives: 'fail medium' },
    { name: '3DES', facts: { weakCiphers: ['DES-CBC3-SHA'] }, gives: 'fail medium' },
    { name: 'no encryption', facts: { weakCiphers: ['NULL-SHA'] }, gives: 'fail high' },
    {
      name: 'anonymous key exchange',
      facts: { weakCiphers: ['ADH-AES128-SHA'] },
      gives: 'fail high',
    },
    { name: 'RSA 2047', facts: { keyBits: 2047 }, gives: 'fail medium' },
    { name: 'RSA 1024', facts: { keyBits: 1024 }, gives: 'fail medium' },
    { name: 'RSA 1023', facts: { keyBits: 1023 }, gives: 'fail high' },
    { name: 'DSA 1024', facts: { keyType: 'dsa', keyBits: 1024 }, gives: 'fail medium' },
    { name: 'P-256', facts: { keyType: 'ec', keyBits: 256 }, gives: 'pass' },
    { name: 'P-384 by its name', facts: { keyType: 'secp384r1', keyBits: 384 }, gives: 'pass' },
    { name: 'P-192', facts: { keyType: 'EC', keyBits: 192 }, gives: 'fail medium' },
    { name: 'Ed25519', facts: { keyType: 'ed25519', keyBits: null }, gives: 'pass' },
    { name: 'a large key of some type', facts: { keyType: null, keyBits: 4096 }, gives: 'pass' },
    { name: '256 bits of some type', facts: { keyType: null, keyBits: 256 }, gives: 'unknown' },
    { name: '128 bits of some type', facts: { keyType: null, keyBits: 128 }, gives: 'fail high' },
    { name: 'RSA of some size', facts: { keyBits: null }, gives: 'unknown' },
    {
      name: 'SHA-1',
      facts: { signatureAlgorithm: 'sha1WithRSAEncryption' },
      gives: 'fail medium',
    },
    {
      name: 'ECDSA with SHA-1',
      facts: { signatureAlgorithm: 'ecdsa-with-SHA1' },
      gives: 'fail medium',
    },
    { name: 'MD5', facts: { signatureAlgorithm: 'md5WithRSAEncryption' }, gives: 'fail high' },
    { name: 'SHA-512', facts: { signatureAlgorithm: 'ecdsa-with-SHA512' }, gives: 'pass' },
    { name: 'no signature seen', facts: { signatureAlgorithm: null }, gives: 'unknown' },
  ])('$name: $gives', ({ facts, gives }) => {
    expect(weak.verdict(facts)).toBe(gives)
  })

  test('what was not asked is unknown, and a point of the assessment counts as an answer', () => {
    const notAsked = { offers: {}, weakCiphers: null }
    const unasked: Answers = {
      'tls-old-version': untold('not-asked'),
      'tls-weak-cipher': untold('not-asked'),
    }
    expect(weak.verdict(notAsked, unasked)).toBe('unknown')
    expect(weak.verdict(notAsked)).toBe('pass')
    expect(weak.verdict({ offers: { SSLv3: 'no' } }, unasked)).toBe('unknown')
    expect(weak.verdict(notAsked, { ...unasked, 'tls-old-version': 'yes' })).toBe('fail medium')
    expect(weak.verdict(notAsked, { ...unasked, 'tls-weak-cipher': 'yes' })).toBe('fail medium')
  })
  test('commands behind AUTH', () => {
    expect(weak.verdict({}, { 'starttls-injection': 'yes' })).toBe('fail high')
    expect(weak.verdict({}, { 'starttls-injection': 'unknown' })).toBe('unknown')
  })
  test('everything weak is told', () => {
    expect(weak.texts({ version: 'TLSv1', keyBits: 512, weakCiphers: ['RC4-MD5'] })).toEqual(
      expect.arrayContaining([
        'it takes TLSv1',
        'it takes RC4-MD5',
        'its key is small (rsa, 512 bits)',
      ]),
    )
  })
})

describe('an invalid certificate', () => {
  const invalid = of('ftp-server-certificate-invalid')
  const at = (offset: number) => new Date(seen + offset).toISOString()

  test.each<{ name: string; facts: Partial<TlsFacts>; gives: string }>([
    { name: 'nothing wrong', facts: {}, gives: 'pass' },
    { name: 'expired a second ago', facts: { notAfter: at(-1000) }, gives: 'fail' },
    { name: 'expires in this moment', facts: { notAfter: at(0) }, gives: 'pass' },
    { name: 'valid from a second on', facts: { notBefore: at(1000) }, gives: 'fail' },
    { name: 'signed by itself', facts: { selfSigned: true }, gives: 'fail' },
    {
      name: 'for another name',
      facts: { nameMatches: 'no', names: ['www.example.org'] },
      gives: 'fail',
    },
    { name: 'dates that nobody can read', facts: { notAfter: 'soon' }, gives: 'unknown' },
    { name: 'without a beginning', facts: { notBefore: null }, gives: 'unknown' },
    { name: 'signed by nobody knows whom', facts: { selfSigned: null }, gives: 'unknown' },
    { name: 'a name that was not compared', facts: { nameMatches: 'unknown' }, gives: 'unknown' },
    {
      name: 'expired, and nothing else known',
      facts: { notAfter: at(-1), selfSigned: null, nameMatches: 'unknown' },
      gives: 'fail',
    },
  ])('$name: $gives', ({ facts, gives }) => {
    expect(invalid.verdict(facts)).toBe(gives)
  })

  test('a server that was called by its address only may have the right name', () => {
    const byAddress = { hostname: null }
    expect(invalid.verdict({ nameMatches: 'no' }, {}, byAddress)).toBe('unknown')
    expect(invalid.verdict({ nameMatches: 'no', names: ['203.0.113.9'] }, {}, byAddress)).toBe(
      'fail',
    )
    expect(invalid.verdict({ nameMatches: 'no', names: [] }, {}, byAddress)).toBe('fail')
  })
  test('a chain that did not stand up fails though the dates are good', () => {
    expect(invalid.verdict({}, { 'certificate-valid': 'no' })).toBe('fail')
    const weak = { answer: 'no', reason: 'weak-key' } as const
    expect(invalid.verdict({}, { 'certificate-valid': weak })).toBe('pass')
  })
  test('it says for which names it is', () => {
    expect(invalid.texts({ nameMatches: 'no', names: ['a.example', 'b.example'] })[0]).toBe(
      'it is for a.example, b.example, not for ftp.example.com',
    )
  })
})
