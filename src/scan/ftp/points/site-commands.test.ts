import { describe, expect, test } from 'vitest'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'

const points = ['commands'] as const
const copy = 'SITE CPFR PORTREEVE-3F9A2C'
const listed = (names: string) =>
  `214-The following SITE commands are recognized\n${names}\n214 End`
const ada = { user: 'ada', password: 'Lovelace1815', clear: true }
const asAda = { anonymous: 'no', users: { ada: 'Lovelace1815' } } as const

describe('SITE CPFR', () => {
  test.each([
    {
      name: 'answered before a login',
      say: { [copy]: '550 No such file' },
      answer: 'yes answered-before-login',
    },
    {
      name: 'waits for CPTO',
      say: { [copy]: '350 File exists' },
      answer: 'yes answered-before-login',
    },
    { name: 'refused', say: { [copy]: '500 not understood' }, answer: 'no refused' },
    {
      name: 'refused like any other SITE command',
      say: { [copy]: '550 Permission denied', 'SITE XPORTRE': '550 Permission denied' },
      answer: 'unknown not-distinguished',
    },
  ])('$name', async ({ say, answer }) => {
    const assessment = await assessed({ anonymous: 'no', say }, { points })
    expect(assessment.answer('site-copy')).toBe(answer)
  })

  test('known to whoever is logged in', async () => {
    const { answer, found } = await assessed(
      { say: { 'SITE HELP': listed(' CPFR <sp> pathname\n CPTO <sp> pathname') } },
      { points },
    )
    expect(answer('site-copy')).toBe('yes listed')
    expect(proofOf(found, 'site-copy')).toContain('SITE HELP')
  })

  test('is never followed by CPTO, nor EXEC or CHMOD tried', async () => {
    const { sent } = await assessed(
      { say: { [copy]: '350 go on', 'SITE HELP': listed('EXEC CHMOD CPFR') } },
      { points },
    )
    expect(sent.filter((line) => line.startsWith('SITE'))).toEqual([
      'SITE Xportre',
      'SITE CPFR portreeve-3f9a2c',
      'SITE HELP',
    ])
  })
})

describe('SITE EXEC and CHMOD', () => {
  test.each([
    { name: 'listed', help: listed(' EXEC CHMOD'), exec: 'yes listed', chmod: 'yes listed' },
    {
      name: 'listed as not implemented',
      help: listed(' EXEC* CHMOD'),
      exec: 'no not-listed',
      chmod: 'yes listed',
    },
    {
      name: 'not listed',
      help: listed(' UMASK IDLE'),
      exec: 'no not-listed',
      chmod: 'no not-listed',
    },
    {
      name: 'nothing listed',
      help: '502 no',
      exec: 'unknown nothing-listed',
      chmod: 'unknown nothing-listed',
    },
  ])('$name, to an account', async ({ help, exec, chmod }) => {
    const { answer } = await assessed(
      { ...asAda, say: { 'SITE HELP': help } },
      { points, credentials: ada },
    )
    expect([answer('site-exec'), answer('site-chmod')]).toEqual([exec, chmod])
  })

  test('not listed to anonymous tells nothing of accounts', async () => {
    const { answer } = await assessed({ say: { 'SITE HELP': listed(' UMASK') } }, { points })
    expect(answer('site-exec')).toBe('unknown not-listed-for-anonymous')
  })

  test('the list of all commands is no list of SITE commands', async () => {
    const { answer } = await assessed(
      {
        ...asAda,
        say: { 'SITE HELP': '550 no', 'HELP SITE': '214-Known:\n USER PASS RETR STOR\n214 End' },
      },
      { points, credentials: ada },
    )
    expect(answer('site-exec')).toBe('unknown nothing-listed')
  })

  test('need a login', async () => {
    const { answer } = await assessed({ anonymous: 'no' }, { points })
    expect(answer('site-exec')).toBe('unknown needs-login')
  })
})
