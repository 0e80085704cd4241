import { describe, expect, test } from 'vitest'
import type { FtpSession } from '../model/observation.ts'
import { sessionServices } from './session-service.ts'

const [client, server, third] = [3_325_256_711, 3_221_226_005, 167_772_161].map((value) => ({
  address: { family: 4 as const, value },
  port: 2121,
})) as [FtpSession['client'], FtpSession['server'], FtpSession['server']]

const session = (more: Partial<FtpSession> = {}): FtpSession => ({
  server: { ...server, product: null },
  client: { ...client, product: null },
  start: 1000,
  end: 2000,
  startSeen: true,
  endSeen: true,
  directions: 'both',
  lostBytes: null,
  encrypted: 'unknown',
  opaqueFrom: null,
  banner: null,
  users: ['anonymous'],
  logins: { ok: 1, failed: 0 },
  anonymous: null,
  authTls: null,
  commands: null,
  dataChannels: null,
  files: null,
  signs: [],
  ...more,
})
const at = [{ document: 'log', line: 7 }]
const factsOf = (...sessions: readonly FtpSession[]) => {
  const tell = sessionServices()
  return sessions.map((one) =>
    tell(one, at).map((told) => (told.kind === 'service' ? told.service.ftp : null)),
  )
}
const channel = (to: typeof third) => ({
  mode: 'active' as const,
  announced: to,
  actual: to,
  command: 'RETR',
  argument: null,
  bytes: 9,
  complete: true,
  outcome: '226',
})
const file = (command: 'RETR' | 'STOR', complete: boolean | null) => ({
  command,
  name: 'a',
  nameBase64: null,
  bytes: 9,
  complete,
  type: null,
  category: 'other' as const,
  sha256: null,
})

describe('what one session shows of its server', () => {
  test.each([
    { name: 'that it is there', more: {}, shows: {} },
    { name: 'an anonymous login', more: { anonymous: true }, shows: { anonymous: 'yes' } },
    {
      name: 'an anonymous login in clear',
      more: { anonymous: true, encrypted: 'no' },
      shows: { anonymous: 'yes', clearLoginAnonymous: 'yes' },
    },
    {
      name: 'an account’s login in clear',
      more: { anonymous: false, encrypted: 'no', users: ['ann'] },
      shows: { clearLoginAccounts: 'yes' },
    },
    {
      name: 'what the sensor saw of it',
      more: { logins: null, signs: ['clear-text-login'] },
      shows: { clearLoginAccounts: 'yes' },
    },
    {
      name: 'nothing of a login that failed',
      more: { anonymous: false, encrypted: 'no', logins: { ok: 0, failed: 1 } },
      shows: {},
    },
    {
      name: 'nothing of clear text where encryption is not told',
      more: { anonymous: false, users: ['ann'] },
      shows: {},
    },
    { name: 'TLS', more: { authTls: true }, shows: { explicitTls: 'yes' } },
    {
      name: 'that anybody may write',
      more: { anonymous: true, files: [file('STOR', true)] },
      shows: { anonymous: 'yes', writable: 'proved' },
    },
    {
      name: 'not so where the upload broke off',
      more: { anonymous: true, files: [file('STOR', false)] },
      shows: { anonymous: 'yes' },
    },
    {
      name: 'not so where somebody else may have written',
      more: { anonymous: true, logins: { ok: 2, failed: 0 }, files: [file('STOR', true)] },
      shows: { anonymous: 'yes' },
    },
    {
      name: 'a bounce that came to pass',
      more: { signs: ['bounce'], dataChannels: [channel(third)] },
      shows: { bounce: 'yes' },
    },
    {
      name: 'not one that was only asked for',
      more: { signs: ['bounce'], dataChannels: [{ ...channel(third), actual: null }] },
      shows: {},
    },
  ] as const satisfies readonly {
    name: string
    more: Partial<FtpSession>
    shows: object
  }[])('$name', ({ more, shows }) => {
    const [told] = factsOf(session(more))
    const unknown = {
      anonymous: 'unknown',
      writable: 'unknown',
      explicitTls: 'unknown',
      clearLoginAnonymous: 'unknown',
      clearLoginAccounts: 'unknown',
      tlsRequired: 'unknown',
      bounce: 'unknown',
      passiveAddress: 'unknown',
    }
    expect(told).toMatchObject([{ ...unknown, ...shows }])
  })
})

test('a server is told once, and again with all that is known when more is learned', () => {
  const anonymous = session({ anonymous: true })
  const tls = session({ authTls: true })
  const named = { vendor: 'v', name: 'vsftpd', version: null, cpe: null, confidence: 1, from: [] }
  const other = session({ server: { ...server, port: 21, product: null } })
  const told = factsOf(
    session(),
    session(),
    anonymous,
    anonymous,
    tls,
    session({ server: { ...server, product: named } }),
    session({ server: { ...server, product: named } }),
    other,
  )
  expect(told.map(({ length }) => length)).toEqual([1, 0, 1, 0, 1, 1, 0, 1])
  expect(told[4]).toMatchObject([{ anonymous: 'yes', explicitTls: 'yes' }])
})

test('the service has the places of the session', () => {
  expect(sessionServices()(session(), at)).toMatchObject([
    { at, service: { ...server, seen: 2000, recognition: 'ftp', protocol: 'ftp' } },
  ])
})
