import { describe, expect, test } from 'vitest'
import {
  type Answers,
  address,
  ftp,
  judge,
  service,
  textsOf,
  verdict,
} from '../sample-service.test.data.ts'

const byAccount = { answer: 'yes', authenticatedAs: 'audit' } as const

describe('bounce', () => {
  test.each([
    { foreign: 'no', privileged: 'no', gives: 'pass' },
    { foreign: 'no', privileged: 'unknown', gives: 'pass' },
    { foreign: 'yes', privileged: 'unknown', gives: 'fail' },
    { foreign: 'yes', privileged: 'yes', gives: 'fail' },
    { foreign: 'no', privileged: 'yes', gives: 'fail medium' },
    { foreign: 'unknown', privileged: 'yes', gives: 'fail medium' },
    { foreign: 'unknown', privileged: 'no', gives: 'unknown' },
  ] as const)('foreign $foreign, privileged $privileged: $gives', (row) => {
    const answers = { bounce: row.foreign, 'bounce-privileged': row.privileged }
    expect(verdict('ftp-server-bounce', answers)).toBe(row.gives)
  })
  test('a pass says what is not known of ports below 1024', () => {
    const found = judge(
      'ftp-server-bounce',
      service({ ftp: ftp({ 'bounce-privileged': 'unknown' }) }),
    )
    expect(textsOf(found).join()).toContain('below 1024: could not tell')
  })
})

describe('a third party in passive mode', () => {
  const announcing = (text: string, answer: 'yes' | 'no' | 'unknown' = 'no') =>
    verdict(
      'ftp-server-third-party-passive',
      { 'passive-same-address': { answer, lines: [7] } },
      { transcript: [{ n: 7, dir: 'in', text, connection: 1 }] },
    )
  test.each([
    { text: '227 Entering Passive Mode (10,0,0,5,195,80)', gives: 'fail low' },
    { text: '227 =192,168,1,1,4,1', gives: 'fail low' },
    { text: '227 Entering Passive Mode (8,8,8,8,195,80).', gives: 'fail medium' },
    { text: '227 Entering Passive Mode (8,8,8,888,195,80)', gives: 'fail medium' },
    { text: '227 somewhere', gives: 'fail medium' },
  ])('$text: $gives', ({ text, gives }) => {
    expect(announcing(text)).toBe(gives)
  })
  test('the same address passes, and what could not be told is unknown', () => {
    expect(announcing('227 (203,0,113,5,4,1)', 'yes')).toBe('pass')
    expect(announcing('227 (203,0,113,5,4,1)', 'unknown')).toBe('unknown')
  })
})

describe('SITE commands', () => {
  test.each<{ name: string; answers: Answers; gives: string }>([
    { name: 'none', answers: {}, gives: 'pass' },
    { name: 'EXEC for anybody', answers: { 'site-exec': 'yes' }, gives: 'fail critical' },
    { name: 'EXEC for an account', answers: { 'site-exec': byAccount }, gives: 'fail high' },
    { name: 'copying for anybody', answers: { 'site-copy': 'yes' }, gives: 'fail high' },
    { name: 'copying for an account', answers: { 'site-copy': byAccount }, gives: 'fail medium' },
    { name: 'CHMOD for anybody', answers: { 'site-chmod': 'yes' }, gives: 'fail medium' },
    { name: 'CHMOD for an account', answers: { 'site-chmod': byAccount }, gives: 'fail low' },
    {
      name: 'the worst of two',
      answers: { 'site-chmod': byAccount, 'site-copy': 'yes' },
      gives: 'fail high',
    },
    {
      name: 'one of them, the others not known',
      answers: { 'site-chmod': byAccount, 'site-exec': 'unknown' },
      gives: 'fail low',
    },
    { name: 'one not known', answers: { 'site-exec': 'unknown' }, gives: 'unknown' },
  ])('$name: $gives', ({ answers, gives }) => {
    expect(verdict('ftp-server-site-command', answers)).toBe(gives)
  })
})

test('the SITE command that is offered is told first', () => {
  const found = judge('ftp-server-site-command', service({ ftp: ftp({ 'site-chmod': 'yes' }) }))
  expect(textsOf(found)[0]).toContain('SITE CHMOD: yes')
})

describe('a custom port', () => {
  test.each([
    { port: 21, gives: 'pass' },
    { port: 990, gives: 'pass' },
    { port: 20, gives: 'fail' },
    { port: 2121, gives: 'fail' },
    { port: 443, gives: 'fail' },
    { port: 60_021, gives: 'fail' },
  ])('FTP on $port: $gives', ({ port, gives }) => {
    expect(judge('ftp-server-custom-port', service({ port }))?.status).toBe(gives)
  })
  test('is told with what it was recognised by, assessed or not', () => {
    const found = judge('ftp-server-custom-port', service({ port: 2121, ftp: null }))
    expect(textsOf(found)).toEqual(['FTP answers on tcp 2121', '331 in answer to USER'])
  })
})

describe('port 21', () => {
  const other = (protocol: string, port = 21) =>
    judge('port-21-not-ftp', service({ port, protocol, recognition: 'not-ftp', ftp: null }))
  test.each([
    { protocol: 'smtp', severity: 'low' },
    { protocol: 'ssh', severity: 'medium' },
    { protocol: 'rdp', severity: 'medium' },
    { protocol: 'unknown', severity: 'low' },
  ])('$protocol there is $severity', ({ protocol, severity }) => {
    expect(other(protocol)).toMatchObject({ status: 'fail', severity })
  })
  test('what answers is named', () => {
    expect(textsOf(other('smtp'))[0]).toBe('smtp answers')
    expect(textsOf(other('unknown'))[0]).toBe('what answers is not FTP')
  })
  test('the lines that decided are told without their ends', () => {
    const evidence = [{ line: '421 Too many connections.\r\n', weight: 0 }]
    const found = judge('port-21-not-ftp', service({ recognition: 'undecided', evidence }))
    expect(textsOf(found)).toEqual(['what answers could not be told', '421 Too many connections.'])
  })
  test('FTP passes, what cannot be told is unknown, and other ports are not judged', () => {
    expect(judge('port-21-not-ftp', service())?.status).toBe('pass')
    expect(judge('port-21-not-ftp', service({ recognition: 'undecided', ftp: null }))?.status).toBe(
      'unknown',
    )
    expect(other('smtp', 25)).toBeNull()
    expect(other('smtp', 20)).toBeNull()
  })
})

test('a service on IPv6 is named so that its port can be told', () => {
  const found = judge('ftp-server-custom-port', service({ address: address('2001:db8::5') }))
  expect(found?.resource).toMatchObject({
    provider: 'network',
    kind: 'service',
    id: 'internet/[2001:db8::5]:21/tcp',
    key: 'network:internet/[2001:db8::5]:21/tcp',
    name: 'ftp.example.com',
    account: null,
    region: null,
  })
})
