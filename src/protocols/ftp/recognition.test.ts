import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { turnsOf } from '../../../test/ftp-conversation.ts'
import { wire } from '../../../test/ftp-wire.ts'
import { commandStart, readCommands } from './command.ts'
import { type Turn, turnOf, type View } from './conversation.ts'
import { recognise } from './recognition.ts'
import { readReplies, replyStart } from './reply.ts'

const whole: View = { directions: 'both', startSeen: true }
const said = (lines: readonly string[], view: View = whole): string => {
  const found = recognise(turnsOf(lines), view)
  return `${found.verdict === 'not-ftp' ? found.protocol : found.verdict} ${found.weight}`
}

describe('is it FTP?', () => {
  test.each([
    ['a mere 220', ['< 220 ready'], 'undecided 0'],
    ['a greeting that names FTP', ['< 220 (vsFTPd 3.0.3)'], 'undecided 1'],
    ['a greeting of SMTP on a host called ftp', ['< 220 ftp.example.com ESMTP'], 'undecided 0'],
    ['login only', ['< 220 hello', '> USER a', '< 331 go on', '> PASS b', '< 230 in'], 'ftp 3'],
    [
      'refused',
      ['< 220 FTP server', '> USER a', '< 530 Please login with USER and PASS.'],
      'ftp 3',
    ],
    ['FEAT before login', ['< 220 x', '> FEAT', '< 211-F', '<  UTF8', '< 211 End'], 'ftp 3'],
    [
      'FEAT that lists nothing of FTP',
      ['< 220 x', '> FEAT', '< 211-F', '<  X', '< 211 End'],
      'undecided 0',
    ],
    ['SYST', ['< 220 x', '> SYST', '< 215 UNIX Type: L8'], 'ftp 3'],
    ['TLS first', ['< 220 x', '> AUTH TLS', '< 234 go', '= client'], 'ftp 3'],
    ['TLS promised, not begun', ['< 220 x', '> AUTH TLS', '< 234 go'], 'undecided 0'],
    ['many evidences of one row', ['> USER a', '< 331 x', '> USER b', '< 331 y'], 'ftp 3'],
    ['TLS alone', ['= client', '= server'], 'undecided 0'],
    ['SMTP', ['< 220 mail ESMTP', '> EHLO x', '< 250-mail', '< 250 PIPELINING'], 'smtp -5'],
    [
      'SMTP that wants TLS',
      ['< 220 mail', '> FEAT', '< 530 5.7.0 Must issue a STARTTLS command first'],
      'smtp -3',
    ],
    ['SMTP that knows no FEAT', ['< 220 mail ESMTP', '> FEAT', '< 502 unknown'], 'undecided 0'],
    ['POP3', ['< +OK ready', '> USER a', '< +OK'], 'pop3 -5'],
    ['Redis', ["< -ERR unknown command 'FEAT'"], 'redis -5'],
    ['IMAP', ['< * OK ready'], 'imap -5'],
    ['HTTP', ['< HTTP/1.1 400 Bad Request'], 'http -5'],
    ['SSH', ['< SSH-2.0-OpenSSH_9.2'], 'ssh -5'],
    ['IRC', ['< :irc.example NOTICE AUTH :*** Looking up'], 'irc -5'],
    ['RTSP', ['< RTSP/1.0 200 OK'], 'rtsp -5'],
    ['VNC', ['< RFB 003.008'], 'vnc -5'],
    [
      'the client’s password is no evidence',
      ['> USER a', '> PASS b', '< 220 x', '< 250 y'],
      'undecided 0',
    ],
    ['a pipelined command before the greeting', ['> USER a', '< 220 x', '< 331 y'], 'ftp 3'],
    ['our own PORT proves nothing', ['> PORT 1,2,3,4,5,6'], 'undecided 0'],
  ])('%s', (_, lines, out) => {
    expect(said(lines)).toBe(out)
  })

  const middle: View = { directions: 'both', startSeen: false }
  const server: View = { directions: 'server', startSeen: false }
  const client: View = { directions: 'client', startSeen: false }
  test.each([
    ['PASV from the middle', middle, ['> PASV', '< 227 Entering (1,2,3,4,5,6)'], 'ftp 3'],
    ['a 227 that cannot be', middle, ['> PASV', '< 227 Entering (1,2,3,4,0,0)'], 'undecided 0'],
    ['RETR from the middle', middle, ['> RETR a', '< 150 go', '< 226 done'], 'ftp 3'],
    ['RETR that fails', middle, ['> RETR a', '< 150 go', '< 426 broken'], 'undecided 0'],
    ['the server alone', server, ['< 331 x', '< 230 y'], 'ftp 3'],
    ['the server alone: 229', server, ['< 229 Extended (|||5000|)'], 'ftp 3'],
    [
      'the server alone: a transfer',
      server,
      ['< 150 Opening data connection', '< 226 done'],
      'ftp 3',
    ],
    [
      'a news server',
      server,
      ['< 215 list of newsgroups follows', '< 211 1 2 3 misc.test'],
      'undecided 0',
    ],
    ['the client alone', client, ['> PORT 1,2,3,4,5,6', '> RETR a'], 'ftp 3'],
    ['a POP3 client alone', client, ['> USER a', '> PASS b', '> RETR 1'], 'undecided 0'],
  ])('%s', (_, view, lines, out) => {
    expect(said(lines, view)).toBe(out)
  })

  test('the evidence is the line that shows it, and where it stood', () => {
    expect(recognise(turnsOf(['< 220 x', '> USER a', '< 331 Go on.']), whole).evidence).toEqual([
      { row: 'user-answered', weight: 3, line: '331 Go on.', turn: 2 },
    ])
  })

  test('nothing throws, and no row counts twice', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), wire), { maxLength: 6 }), (parts) => {
        const turns = parts.flatMap(([ofClient, text]): readonly Turn[] =>
          ofClient
            ? readCommands(commandStart, text).commands.map((command) => ({
                kind: 'command',
                command,
              }))
            : readReplies(replyStart, text).outcomes.map(turnOf),
        )
        const { evidence } = recognise(turns, whole)
        expect(new Set(evidence.map(({ row }) => row)).size).toBe(evidence.length)
      }),
      { numRuns: 150 },
    )
  })
})
