import { describe, expect, test } from 'vitest'
import { clientHello } from '../../protocols/tls/hello.ts'
import { allSuites } from '../../protocols/tls/suites.ts'
import { stage } from './testing/stage.ts'

const random = new Uint8Array(32)
const helloFor = (...alpn: readonly string[]) =>
  clientHello({
    versions: ['TLSv1.2', 'TLSv1.3'],
    ciphers: allSuites,
    name: 'ftp.example',
    alpn,
    random,
  })
const answer = Uint8Array.of(22, 3, 3, 0, 4, 2, 0, 0, 0)
const alert = Uint8Array.of(21, 3, 3, 0, 2, 2, 40)

describe('TLS from the start', () => {
  const run = (port: number, hello: Uint8Array, reply: Uint8Array) => {
    const made = stage({}, (bytes) => [bytes.slice(0, 7), bytes.slice(7)])
    made
      .connect('10.0.0.1:4000', `10.0.0.2:${port}`)
      .client(hello)
      .server(reply)
      .client(answer)
      .close()
    return made.end()
  }
  test('is FTP where ALPN says so and the server goes along', () => {
    const made = run(4711, helloFor('ftp'), answer)
    expect(made.sessions()).toMatchObject([
      {
        encrypted: 'implicit',
        users: null,
        logins: null,
        authTls: null,
        opaqueFrom: expect.any(Number),
      },
    ])
    expect(made.services()).toMatchObject([{ recognition: 'ftp', ftp: { implicitTls: 'yes' } }])
  })
  test('is FTP at a server that is known for it', () => {
    const made = stage()
    for (const alpn of ['ftp', 'x'])
      made.connect('10.0.0.1:4000', '10.0.0.2:4711').client(helloFor(alpn)).server(answer).close()
    expect(made.end().sessions()).toMatchObject([
      { encrypted: 'implicit' },
      { encrypted: 'implicit' },
    ])
  })
  test('is not where the server refuses', () => {
    expect(run(4711, helloFor('ftp'), alert).told).toEqual([])
  })
  test('is left alone where it says nothing or something else', () => {
    expect(run(443, helloFor('h2'), answer).told).toEqual([])
    expect(run(4711, helloFor(), answer).told).toEqual([])
  })
  test.each([21, 990])('is undecided on port %d', (port) => {
    const made = run(port, helloFor(), answer)
    expect(made.sessions()).toEqual([])
    expect(made.services()).toMatchObject([{ recognition: 'undecided', protocol: 'tls', port }])
  })
})
