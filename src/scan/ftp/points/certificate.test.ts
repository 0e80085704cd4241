import { describe, expect, test } from 'vitest'
import type { TlsFacts } from '../../../model/service.ts'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'
import { certificate, rsaKeys } from '../../tls-certificate.test.data.ts'
import { judgeCertificate } from './certificate.ts'

const good: TlsFacts = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  offers: {},
  weakCiphers: null,
  subject: 'CN=ftp.example.org',
  issuer: 'CN=An authority',
  names: ['ftp.example.org'],
  nameMatches: 'yes',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
  keyType: 'rsa',
  keyBits: 2048,
  signatureAlgorithm: 'sha256WithRSAEncryption',
  selfSigned: false,
  fingerprintSha256: '00',
}
const now = Date.parse('2026-11-21T12:00:00Z')

describe('a certificate', () => {
  test.each<[string, Partial<TlsFacts>, readonly [string, string]]>([
    ['in its dates', {}, ['yes', 'in-date']],
    ['of an elliptic key', { keyType: 'ec', keyBits: 256 }, ['yes', 'in-date']],
    ['expired', { notAfter: '2026-11-21T11:59:59.000Z' }, ['no', 'expired']],
    ['of tomorrow', { notBefore: '2026-11-22T00:00:00.000Z' }, ['no', 'not-yet-valid']],
    ['signed by itself', { selfSigned: true }, ['no', 'self-signed']],
    ['of a small key', { keyBits: 1024 }, ['no', 'weak-key']],
    ['of a small elliptic key', { keyType: 'ec', keyBits: 192 }, ['no', 'weak-key']],
    [
      'signed with SHA-1',
      { signatureAlgorithm: 'sha1WithRSAEncryption' },
      ['no', 'weak-signature'],
    ],
    [
      'signed with SHA-1 and ECDSA',
      { signatureAlgorithm: 'ecdsa-with-SHA1' },
      ['no', 'weak-signature'],
    ],
    ['without dates', { notAfter: null }, ['unknown', 'not-readable']],
    ['without a readable key', { keyBits: null }, ['unknown', 'not-readable']],
  ])('%s', (_, changed, expected) => {
    expect(judgeCertificate({ ...good, ...changed }, now)).toEqual(expected)
  })

  const authority = certificate({ commonName: 'An authority', keys: rsaKeys(2048) })
  test.each([
    { name: 'of the name', hostname: 'ftp.example.org', named: 'yes named' },
    { name: 'of another name', hostname: 'ftp.example.com', named: 'no not-named' },
  ])('that the server shows, $name', async ({ hostname, named }) => {
    const shown = certificate({ commonName: 'x', dns: ['ftp.example.org'], issuer: authority })
    const { answer, found } = await assessed(
      { tls: 'offered', certificate: shown, anonymous: 'no' },
      { points: ['tls'], hostname },
    )
    expect(answer('certificate-name')).toBe(named)
    expect(answer('certificate-valid')).toBe('yes in-date')
    expect(proofOf(found, 'certificate-name')).toEqual(['TLS: TLSv1.3, TLS_AES_256_GCM_SHA384'])
  })

  test('that nobody showed is unknown', async () => {
    const { answer, found } = await assessed({}, { points: ['tls'] })
    expect(answer('certificate-valid')).toBe('unknown no-tls-session')
    expect(found.tls).toBeNull()
  })
})
