import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assessServices } from '../../checks/assess-services.ts'
import { serviceChecks } from '../../checks/index.ts'
import type { Service } from '../../model/service.ts'
import { concat } from '../../protocols/tls/bytes.ts'
import { clientHello } from '../../protocols/tls/hello.ts'
import { allSuites } from '../../protocols/tls/suites.ts'
import { certificate, ecKeys, rsaKeys } from '../../scan/tls-certificate.test.data.ts'
import { maxHandshake } from './handshake.ts'
import { client, login, type Seen, server, stage } from './testing/stage.ts'
import {
  applicationData,
  certificateMessage,
  changeCipherSpec,
  encrypted,
  hello13,
  helloDone,
  oldHello,
} from './testing/tls.ts'

const helloFor = (name: string | null) =>
  clientHello({
    versions: ['TLSv1.2', 'TLSv1.3'],
    ciphers: allSuites,
    name,
    alpn: [],
    random: new Uint8Array(32),
  })
const strong = 0xc030
const made = certificate({ keys: ecKeys(), commonName: 'ftp.a.test', dns: ['ftp.a.test'] })
const other = certificate({ keys: ecKeys(), commonName: 'other.a.test', dns: ['other.a.test'] })
const flight = (version = 0x0303, suite = strong, der: Uint8Array = made.der) =>
  concat(oldHello(version, suite), certificateMessage(der), helloDone)

/** Enough to know that it is FTP before TLS begins. */
const known = [...login, '> PWD', '< 257 "/" is the current directory']
const asked = ['> USER bob', '> PASS x', '> PORT 10,0,0,1,195,80', '> AUTH TLS']
const greeting = ['< 220 (vsFTPd 3.0.5)', '> AUTH TLS', '< 234 Proceed with negotiation.']
interface Given {
  readonly asks?: Uint8Array
  readonly answers?: Uint8Array
  readonly seen?: Seen
  readonly lines?: readonly string[]
}
/** What is told of a server after one session that goes on in TLS. */
function told({ asks = helloFor('ftp.a.test'), answers = flight(), seen, lines }: Given): Service {
  const staged = stage()
  staged
    .connect(client, server, seen)
    .say(lines ?? greeting)
    .client(asks)
    .server(answers)
    .client(applicationData)
    .server(applicationData)
    .close()
  const service = staged.end().services().at(-1)
  if (service === undefined) throw new Error('no service was told of')
  return service
}

const leaf = {
  subject: 'CN=ftp.a.test',
  issuer: 'CN=ftp.a.test',
  names: ['ftp.a.test'],
  notAfter: '2120-01-01T00:00:00.000Z',
  keyType: 'ec',
  keyBits: 256,
  selfSigned: true,
  fingerprintSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
}
const unseen = {
  subject: null,
  issuer: null,
  names: [],
  nameMatches: 'unknown',
  notAfter: null,
  keyBits: null,
  selfSigned: null,
  fingerprintSha256: null,
}
const offers = (version: string) => ({
  ...{ SSLv3: 'unknown', TLSv1: 'unknown', 'TLSv1.1': 'unknown' },
  ...{ 'TLSv1.2': 'unknown', 'TLSv1.3': 'unknown', [version]: 'yes' },
})

describe('the handshake behind AUTH TLS', () => {
  test('of TLS 1.2 shows version, suite and certificate', () => {
    expect(told({})).toMatchObject({
      hostname: 'ftp.a.test',
      tls: {
        ...leaf,
        nameMatches: 'yes',
        version: 'TLSv1.2',
        cipher: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        offers: offers('TLSv1.2'),
        weakCiphers: null,
      },
    })
  })
  test('of TLS 1.3 shows version and suite, and no certificate', () => {
    expect(told({ answers: hello13(0x1302) })).toMatchObject({
      hostname: 'ftp.a.test',
      tls: {
        ...unseen,
        version: 'TLSv1.3',
        cipher: 'TLS_AES_256_GCM_SHA384',
        offers: offers('TLSv1.3'),
        weakCiphers: null,
      },
    })
  })

  test.each<{ readonly name: string; readonly given: Given; readonly tls: unknown }>([
    {
      name: 'another name is asked for',
      given: { asks: helloFor('x.a.test') },
      tls: { ...leaf, nameMatches: 'no' },
    },
    {
      name: 'no name is asked for',
      given: { asks: helloFor(null) },
      tls: { ...leaf, nameMatches: 'unknown' },
    },
    {
      name: 'the client was not seen',
      given: { seen: { sides: 'server' } },
      tls: { ...leaf, nameMatches: 'unknown' },
    },
    {
      name: 'the server was not seen',
      given: { lines: asked, seen: { sides: 'client' } },
      tls: null,
    },
    {
      name: 'a session is resumed',
      given: { answers: concat(oldHello(0x0303, strong), changeCipherSpec, encrypted) },
      tls: { ...unseen, version: 'TLSv1.2', offers: offers('TLSv1.2') },
    },
    {
      name: 'it ends behind the hello',
      given: { answers: oldHello(0x0302, strong) },
      tls: { ...unseen, version: 'TLSv1.1', offers: offers('TLSv1.1') },
    },
    {
      name: 'a weak suite is chosen',
      given: { answers: flight(0x0301, 0x000a) },
      tls: { ...leaf, version: 'TLSv1', weakCiphers: ['TLS_RSA_WITH_3DES_EDE_CBC_SHA'] },
    },
    {
      name: 'the certificate cannot be read',
      given: { answers: flight(0x0303, strong, Uint8Array.of(1, 2, 3)) },
      tls: { ...unseen, version: 'TLSv1.2' },
    },
    {
      name: 'the server refuses',
      given: { answers: Uint8Array.of(21, 3, 3, 0, 2, 2, 40) },
      tls: null,
    },
    { name: 'the answer is no TLS', given: { answers: Buffer.from('hello there\r\n') }, tls: null },
  ])('where $name', ({ given, tls }) => {
    const service = told(given)
    if (tls === null) expect(service.tls).toBeNull()
    else expect(service.tls).toMatchObject(tls as object)
  })

  test('is the same however the bytes are cut', () => {
    const whole = told({})
    fc.assert(
      fc.property(fc.array(fc.nat(1200), { maxLength: 12 }), (places) => {
        const staged = stage({}, (bytes) => {
          const ends = [...places.filter((at) => at < bytes.length), bytes.length].sort(
            (a, b) => a - b,
          )
          return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
        })
        staged
          .connect(client, server)
          .say(greeting)
          .client(helloFor('ftp.a.test'))
          .server(flight())
          .close()
        const found = staged.end().services().at(-1)
        expect(found?.tls).toEqual(whole.tls)
        expect(found?.hostname).toBe('ftp.a.test')
      }),
      { numRuns: 60 },
    )
  })

  test('begins in the same segment as what goes before it', () => {
    const staged = stage()
    staged
      .connect(client, server)
      .say(known)
      .client(concat(Buffer.from('AUTH TLS\r\n'), helloFor('ftp.a.test')))
      .server(concat(Buffer.from('234 Proceed.\r\n'), flight()))
      .close()
    expect(staged.end().services().at(-1)?.tls).toMatchObject(leaf)
  })
  test('is read where the capture has the hello before the 234', () => {
    const staged = stage()
    staged
      .connect(client, server)
      .say([...known, '> AUTH TLS'])
      .client(helloFor('ftp.a.test'))
      .say(['< 234 Proceed with negotiation.'])
      .server(flight())
      .close()
    expect(staged.end().services().at(-1)).toMatchObject({ hostname: 'ftp.a.test', tls: leaf })
  })

  test.each([
    { what: 'in front of it', before: new Uint8Array(), tls: null },
    {
      what: 'inside of it',
      before: oldHello(0x0303, strong),
      tls: { ...unseen, version: 'TLSv1.2' },
    },
  ])('with a hole $what tells what came before', ({ before, tls }) => {
    const staged = stage()
    staged
      .connect(client, server)
      .say(greeting)
      .client(helloFor('ftp.a.test'))
      .server(before)
      .lost('server', 100)
      .server(certificateMessage(made.der))
      .close()
    const found = staged.end().services().at(-1)
    if (tls === null) expect(found?.tls).toBeNull()
    else expect(found?.tls).toMatchObject(tls)
  })
  test('with a hole in the hello of the client lacks the name alone', () => {
    const staged = stage()
    staged
      .connect(client, server)
      .say(greeting)
      .client(helloFor('ftp.a.test').subarray(0, 60))
      .lost('client', 100)
      .server(flight())
      .close()
    expect(staged.end().services().at(-1)).toMatchObject({
      hostname: null,
      tls: { ...leaf, nameMatches: 'unknown' },
    })
  })

  test('without an end is given up, and what was known of it stays', () => {
    const long = certificateMessage(...Array.from({ length: 40 }, () => new Uint8Array(400)))
    expect(long.length).toBeLessThan(18_432)
    const part = long.subarray(0, -1)
    const staged = stage()
    const wire = staged.connect(client, server).say(greeting).client(helloFor('ftp.a.test'))
    wire.server(concat(oldHello(0x0303, strong), part))
    expect(wire.tcp.state?.kind === 'control' && wire.tcp.state.text).toBeGreaterThan(10_000)
    for (let i = 0; i < maxHandshake / 1000; i++) wire.client(new Uint8Array(1000))
    expect(wire.tcp.state?.kind === 'control' && wire.tcp.state.text).toBeLessThan(5000)
    wire.close()
    expect(staged.end().services().at(-1)?.tls).toMatchObject({ ...unseen, version: 'TLSv1.2' })
  })

  test('leaves the session as it is', () => {
    const staged = stage()
    staged.connect(client, server).say(greeting).client(helloFor(null)).server(flight()).close()
    expect(staged.end().sessions()).toMatchObject([
      { encrypted: 'from-auth', authTls: true, users: null, logins: null, files: null },
    ])
  })

  test('never throws, whatever the bytes', () => {
    const whole = concat(flight(), applicationData)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255))), (changes) => {
        const bent = Uint8Array.from(whole)
        for (const [at, to] of changes) bent[at] = to
        expect(told({ answers: bent }).recognition).toBe('ftp')
      }),
    )
  })
})

test('the handshake of implicit TLS is told of too', () => {
  const staged = stage()
  const asks = clientHello({
    versions: ['TLSv1.2'],
    ciphers: allSuites,
    name: 'ftp.a.test',
    alpn: ['ftp'],
    random: new Uint8Array(32),
  })
  staged.connect(client, '10.0.0.2:4711').client(asks).server(flight()).close()
  expect(staged.end().services().at(-1)).toMatchObject({
    hostname: 'ftp.a.test',
    tls: { ...leaf, nameMatches: 'yes' },
    ftp: { implicitTls: 'yes' },
  })
})

describe('a server with several handshakes', () => {
  const sessions = (...given: readonly (readonly [asks: Uint8Array, answers: Uint8Array])[]) => {
    const staged = stage()
    for (const [asks, answers] of given)
      staged.connect(client, server).say(greeting).client(asks).server(answers).close()
    return staged.end().services()
  }
  const named = helloFor('ftp.a.test')

  test('is told of once where they are the same', () => {
    expect(sessions([named, flight()], [named, flight()], [named, flight()])).toHaveLength(1)
  })
  test('keeps what a later one does not show', () => {
    const found = sessions([named, flight()], [named, hello13(0x1302)])
    expect(found).toHaveLength(2)
    expect(found[1]?.tls).toMatchObject({
      ...leaf,
      version: 'TLSv1.3',
      offers: { ...offers('TLSv1.3'), 'TLSv1.2': 'yes' },
    })
  })
  test('has another certificate: that is news, once', () => {
    const found = sessions(
      [named, flight()],
      [named, flight(0x0303, strong, other.der)],
      [named, flight()],
      [named, flight(0x0303, strong, other.der)],
    )
    expect(found.map(({ tls }) => tls?.subject)).toEqual(['CN=ftp.a.test', 'CN=other.a.test'])
  })
  test('has the right name once a client has asked for it', () => {
    const found = sessions(
      [helloFor('x.a.test'), flight()],
      [named, flight()],
      [helloFor('x.a.test'), flight()],
    )
    expect(found.map(({ tls, hostname }) => [tls?.nameMatches, hostname])).toEqual([
      ['no', 'x.a.test'],
      ['yes', 'ftp.a.test'],
    ])
  })
  test('has every weak suite that was chosen', () => {
    const found = sessions([named, flight(0x0303, 0x0005)], [named, flight(0x0303, 0x000a)])
    expect(found.at(-1)?.tls?.weakCiphers).toEqual([
      'TLS_RSA_WITH_RC4_128_SHA',
      'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
    ])
  })
})

describe('the checks', () => {
  const look = { run: 'ingest', network: 'site', vantage: 'sensor' }
  const verdict = (service: Service, id: string): string | undefined => {
    const checks = serviceChecks.filter((check) => check.id === id)
    return assessServices([service], look, { checks })[0]?.status
  }
  const authority = certificate({ keys: rsaKeys(2048), commonName: 'authority' })
  const sound = certificate({ dns: ['ftp.a.test'], issuer: authority })
  const old = certificate({ dns: ['ftp.a.test'], issuer: authority, notAfter: '20210101000000Z' })
  const small = certificate({ keys: rsaKeys(1024), dns: ['ftp.a.test'], issuer: authority })

  test.each<{ name: string; given: Given; weak: string; invalid: string }>([
    { name: 'TLS 1.0', given: { answers: flight(0x0301) }, weak: 'fail', invalid: 'fail' },
    {
      name: 'a suite with RC4',
      given: { answers: flight(0x0303, 0x0005, sound.der) },
      weak: 'fail',
      invalid: 'pass',
    },
    {
      name: 'a small key',
      given: { asks: helloFor(null), answers: flight(0x0303, strong, small.der) },
      weak: 'fail',
      invalid: 'unknown',
    },
    {
      name: 'an expired certificate',
      given: { answers: flight(0x0303, strong, old.der) },
      weak: 'unknown',
      invalid: 'fail',
    },
    {
      name: 'a certificate for another name',
      given: { asks: helloFor('x.a.test'), answers: flight(0x0303, strong, sound.der) },
      weak: 'unknown',
      invalid: 'fail',
    },
    { name: 'TLS 1.3', given: { answers: hello13(0x1302) }, weak: 'unknown', invalid: 'unknown' },
    {
      name: 'one side alone',
      given: { lines: asked, seen: { sides: 'client' } },
      weak: 'unknown',
      invalid: 'unknown',
    },
  ])('of $name: weak $weak, certificate $invalid', ({ given, weak, invalid }) => {
    const service = told(given)
    expect(verdict(service, 'ftp-server-tls-weak')).toBe(weak)
    expect(verdict(service, 'ftp-server-certificate-invalid')).toBe(invalid)
  })
})
