import { describe, expect, test } from 'vitest'
import type { FtpSession } from '../../model/observation.ts'
import type { CloseReason } from '../stream.ts'
import { client, login, type Seen, server, stage } from './testing/stage.ts'

type Told = Pick<
  FtpSession,
  'anonymous' | 'authTls' | 'logins' | 'users' | 'dataChannels' | 'files'
>
/** Nobody logged in, nothing was transferred. */
const nothingDone: Told = {
  anonymous: false,
  authTls: false,
  logins: { ok: 0, failed: 0 },
  users: [],
  dataChannels: [],
  files: [],
}
const nothingKnown: Told = {
  anonymous: null,
  authTls: null,
  logins: null,
  users: null,
  dataChannels: null,
  files: null,
}
const bystander = [
  '< 220 (vsFTPd 3.0.3)',
  '> SYST',
  '< 530 Please login with USER and PASS.',
  '> FEAT',
  '< 211-Features:',
  '<  EPRT',
  '<  EPSV',
  '< 211 End',
  '> QUIT',
  '< 221 Goodbye.',
]

interface Row {
  readonly name: string
  readonly lines: readonly string[]
  readonly seen?: Seen
  readonly lost?: 'client' | 'server'
  readonly end?: CloseReason
  readonly told: Told
}
const rows: readonly Row[] = [
  { name: 'all, and nothing done', lines: bystander, told: nothingDone },
  { name: 'all up to a reset', lines: bystander, end: 'reset', told: nothingDone },
  {
    name: 'no end',
    lines: bystander,
    end: 'end-of-capture',
    told: { ...nothingDone, anonymous: null },
  },
  { name: 'a silence', lines: bystander, end: 'idle', told: { ...nothingDone, anonymous: null } },
  {
    name: 'no beginning',
    lines: bystander,
    seen: { start: 'unseen' },
    told: { ...nothingKnown, authTls: false },
  },
  { name: 'a hole', lines: bystander, lost: 'client', told: nothingKnown },
  {
    name: 'the server alone',
    lines: bystander,
    seen: { sides: 'server' },
    told: { ...nothingKnown, authTls: false, logins: { ok: 0, failed: 0 } },
  },
  {
    name: 'a login by name',
    lines: login,
    told: { ...nothingDone, logins: { ok: 1, failed: 0 }, users: ['bob'] },
  },
  {
    name: 'a login that failed',
    lines: [...login.slice(0, 4), '< 530 Login incorrect.'],
    told: { ...nothingDone, logins: { ok: 0, failed: 1 }, users: ['bob'] },
  },
  {
    name: 'an anonymous name and no more',
    lines: [
      '< 220 (vsFTPd 3.0.3)',
      '> USER anonymous',
      '< 331 Please specify the password.',
      '> QUIT',
    ],
    told: { ...nothingDone, users: ['anonymous'] },
  },
  {
    name: 'an anonymous login that was refused',
    lines: ['< 220 (vsFTPd 3.0.3)', '> USER anonymous', '< 331 x', '> PASS a@', '< 530 No.'],
    told: { ...nothingDone, logins: { ok: 0, failed: 1 }, users: ['anonymous'] },
  },
  {
    name: 'TLS from AUTH on',
    lines: [...bystander.slice(0, -2), '> AUTH TLS', '< 234 Proceed.', '= client', '= server'],
    told: { ...nothingKnown, authTls: true },
  },
  {
    name: 'AUTH that was refused',
    lines: [...bystander.slice(0, -2), '> AUTH TLS', '< 502 No.', '> QUIT'],
    told: nothingDone,
  },
]

describe('of a session of which was seen', () => {
  test.each(rows)('$name', ({ lines, seen, lost, end, told }) => {
    const staged = stage()
    // Somebody else shows that the server speaks FTP.
    staged.connect('10.0.0.3:40000', server).say(login).close()
    const wire = staged.connect(client, server, seen).say(lines)
    if (lost !== undefined) wire.lost(lost, 20)
    wire.close(end)
    const [session] = staged
      .end()
      .sessions()
      .filter(({ client: { address } }) => address.value === 0x0a000001)
    expect(session).toMatchObject({ ...told })
  })
})
