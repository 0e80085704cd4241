import { describe, expect, test } from 'vitest'
import { assessed, proofOf } from '../testing/ftp-assessing.ts'
import type { FakeFtp } from '../testing/ftp-manners.ts'
import type { FtpAssessmentOptions } from './options.ts'

interface Row {
  readonly name: string
  readonly fake: Partial<FakeFtp>
  readonly options?: Partial<FtpAssessmentOptions>
  readonly anonymous: string
  readonly clearAnonymous: string
  readonly clearAccounts: string
  readonly required: string
}
const account = { user: 'ada', password: 'Lovelace1815', clear: true }
const users = { ada: 'Lovelace1815' }

const rows: readonly Row[] = [
  {
    name: 'anonymous, no TLS',
    fake: {},
    anonymous: 'yes logged-in',
    clearAnonymous: 'yes logged-in',
    clearAccounts: 'yes auth-not-offered',
    required: 'no login-in-clear',
  },
  {
    name: 'no anonymous, no TLS',
    fake: { anonymous: 'no' },
    anonymous: 'no refused',
    clearAnonymous: 'no anonymous-refused',
    clearAccounts: 'yes auth-not-offered',
    required: 'no login-in-clear',
  },
  {
    name: 'TLS offered: a 331 proves nothing of accounts',
    fake: { anonymous: 'no', tls: 'offered' },
    anonymous: 'no refused',
    clearAnonymous: 'no anonymous-refused',
    clearAccounts: 'unknown password-asked',
    required: 'unknown not-decided',
  },
  {
    name: 'TLS required of all',
    fake: { tls: 'required' },
    anonymous: 'yes logged-in',
    clearAnonymous: 'no refused-naming-tls',
    clearAccounts: 'no refused-naming-tls',
    required: 'yes refused-in-clear',
  },
  {
    name: 'TLS required, and the connection ends behind the refusal',
    fake: { tls: 'required', closesOnRefusal: true },
    anonymous: 'yes logged-in',
    clearAnonymous: 'no refused-naming-tls',
    clearAccounts: 'no refused-naming-tls',
    required: 'yes refused-in-clear',
  },
  {
    name: '421 naming TLS ends every session in clear',
    fake: {
      tls: 'required',
      refusal: '421 Sorry, cleartext sessions are not accepted.',
      closesOnRefusal: true,
    },
    anonymous: 'yes logged-in',
    clearAnonymous: 'no session-refused-naming-tls',
    clearAccounts: 'no refused-naming-tls',
    required: 'yes refused-in-clear',
  },
  {
    name: 'TLS required of accounts alone',
    fake: {
      tls: 'offered',
      say: { 'USER PORTREEVE-3F9A2C': '530 Non-anonymous sessions must use encryption.' },
    },
    anonymous: 'yes logged-in',
    clearAnonymous: 'yes logged-in',
    clearAccounts: 'no refused-naming-tls',
    required: 'no login-in-clear',
  },
  {
    name: 'TLS required of anonymous alone',
    fake: { tls: 'offered', anonymous: 'tls-only' },
    anonymous: 'yes logged-in',
    clearAnonymous: 'no refused-naming-tls',
    clearAccounts: 'unknown password-asked',
    required: 'unknown not-decided',
  },
  {
    name: 'a refusal of the name that does not name TLS tells nothing of clear logins',
    fake: { anonymous: 'no', say: { USER: '530 This FTP server is anonymous only.' } },
    anonymous: 'no refused',
    clearAnonymous: 'no anonymous-refused',
    clearAccounts: 'unknown refused',
    required: 'no tls-not-offered',
  },
  {
    name: 'the operator’s account in clear',
    fake: { anonymous: 'no', tls: 'offered', users },
    options: { credentials: account },
    anonymous: 'no refused',
    clearAnonymous: 'no anonymous-refused',
    clearAccounts: 'yes logged-in',
    required: 'no login-in-clear',
  },
  {
    name: 'the operator’s account in clear beside an anonymous session',
    fake: { tls: 'offered', users },
    options: { credentials: account },
    anonymous: 'yes logged-in',
    clearAnonymous: 'yes logged-in',
    clearAccounts: 'yes logged-in',
    required: 'no login-in-clear',
  },
  {
    name: 'whoever says any name is in',
    fake: { say: { 'USER PORTREEVE-3F9A2C': '230 Welcome' } },
    anonymous: 'yes logged-in',
    clearAnonymous: 'yes logged-in',
    clearAccounts: 'yes accepted-without-password',
    required: 'no login-in-clear',
  },
  {
    name: 'words of success with a code of failure are no login',
    fake: { say: { PASS: '530 Login successful. Anonymous access granted.' } },
    anonymous: 'no refused',
    clearAnonymous: 'no anonymous-refused',
    clearAccounts: 'yes auth-not-offered',
    required: 'no login-in-clear',
  },
  {
    name: 'words of failure with a code of success are a login',
    fake: { say: { PASS: '230 Login incorrect. Permission denied.' } },
    anonymous: 'yes logged-in',
    clearAnonymous: 'yes logged-in',
    clearAccounts: 'yes auth-not-offered',
    required: 'no login-in-clear',
  },
  {
    name: '232 is a login',
    fake: { say: { PASS: '232 User logged in, authorised by exchange.' } },
    anonymous: 'yes logged-in',
    clearAnonymous: 'yes logged-in',
    clearAccounts: 'yes auth-not-offered',
    required: 'no login-in-clear',
  },
  {
    name: 'a demand for an account, and a server’s own trouble, decide nothing',
    fake: { say: { PASS: '500 OOPS: cannot change directory' } },
    anonymous: 'unknown temporary',
    clearAnonymous: 'unknown temporary',
    clearAccounts: 'yes auth-not-offered',
    required: 'no login-in-clear',
  },
]

describe('logins', () => {
  test.each(rows)('$name', async ({ fake, options, ...expected }) => {
    const { answer, server } = await assessed(fake, options)
    expect({
      anonymous: answer('anonymous'),
      clearAnonymous: answer('clear-login-anonymous'),
      clearAccounts: answer('clear-login-accounts'),
      required: answer('tls-required'),
    }).toEqual({
      anonymous: expected.anonymous,
      clearAnonymous: expected.clearAnonymous,
      clearAccounts: expected.clearAccounts,
      required: expected.required,
    })
    expect(server.connections()).toBeLessThanOrEqual(4)
    expect(server.peak()).toBeLessThanOrEqual(2)
  })

  test('one password of nobody is tried, and once', async () => {
    const { sent } = await assessed({ anonymous: 'no', tls: 'offered', patience: 10 })
    expect(sent.filter((line) => line.startsWith('PASS'))).toEqual(['PASS portreeve@'])
  })

  test('each answer names the lines that prove it', async () => {
    const { found } = await assessed({ tls: 'required' })
    expect(proofOf(found, 'clear-login-anonymous')).toEqual([
      'USER anonymous',
      '530 Sessions must use encryption.',
    ])
    expect(proofOf(found, 'anonymous')).toEqual([
      'USER anonymous',
      '331 Please specify the password.',
      'PASS ***',
      '230 Login successful.',
    ])
  })
})

describe('the operator’s account', () => {
  test('goes over TLS alone unless clear is allowed', async () => {
    const { found, server } = await assessed(
      { anonymous: 'no', tls: 'offered', users },
      { credentials: { ...account, clear: false } },
    )
    const secret = server.heard.filter(({ line }) => line.includes('Lovelace'))
    expect(secret).toEqual([{ on: 1, line: 'PASS Lovelace1815', tls: true }])
    expect(found.ftp.files).toEqual([])
    expect(found.ftp.checks.find(({ id }) => id === 'hosted-files')?.authenticatedAs).toBe('ada')
  })

  test('is never sent where TLS is not to be had', async () => {
    const { sent } = await assessed(
      { anonymous: 'no', users },
      { credentials: { ...account, clear: false } },
    )
    expect(sent.join('\n')).not.toContain('ada')
  })

  test('is not even named in clear where a login in clear is refused for want of TLS', async () => {
    const { server } = await assessed(
      {
        anonymous: 'no',
        tls: 'offered',
        users,
        say: { 'USER PORTREEVE-3F9A2C': '530 Non-anonymous sessions must use encryption.' },
      },
      { credentials: account },
    )
    const named = server.heard.filter(({ line }) => line === 'USER ada')
    expect(named.map(({ tls }) => tls)).toEqual([true])
  })

  test('is tried once, right or wrong', async () => {
    const { sent } = await assessed(
      { anonymous: 'no', tls: 'offered', users: { ada: 'another' }, patience: 10 },
      { credentials: account },
    )
    expect(sent.filter((line) => line.includes('Lovelace'))).toHaveLength(1)
  })

  test('cannot smuggle a command', async () => {
    const { sent } = await assessed(
      { anonymous: 'no', tls: 'offered' },
      { credentials: { ...account, user: 'ada\r\nDELE x' } },
    )
    expect(sent.join('\n')).not.toContain('DELE')
  })

  test('leaves no password behind, even where the server repeats it', async () => {
    const { found } = await assessed(
      {
        anonymous: 'no',
        users,
        say: {
          'PASS LOVELACE1815': '530 Login of ada with Lovelace1815 failed',
          STAT: '211-Lovelace1815\n211 end',
        },
      },
      { credentials: account },
    )
    expect(JSON.stringify(found)).not.toContain('Lovelace1815')
    expect(JSON.stringify(found)).toContain('530 Login of ada with *** failed')
  })
})
