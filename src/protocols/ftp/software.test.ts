import { describe, expect, test } from 'vitest'
import type { Reply } from './reply.ts'
import { identify, nothingSaid } from './software.ts'

const reply = (code: number, ...lines: string[]): Reply => ({ code, lines, faults: [] })

describe('by its greeting', () => {
  test.each([
    ['(vsFTPd 3.0.3)', 'vsftpd 3.0.3', 'cpe:2.3:a:vsftpd_project:vsftpd:3.0.3:*:*:*:*:*:*:*'],
    [
      'ProFTPD 1.3.5rc3 Server (Debian) [::ffff:192.0.2.1]',
      'ProFTPD 1.3.5rc3',
      'cpe:2.3:a:proftpd:proftpd:1.3.5rc3:*:*:*:*:*:*:*',
    ],
    ['ProFTPD Server (Debian) [::1]', 'ProFTPD null', 'cpe:2.3:a:proftpd:proftpd:*:*:*:*:*:*:*:*'],
    [
      '--------- Welcome to Pure-FTPd [privsep] [TLS] ----------',
      'Pure-FTPd null',
      'cpe:2.3:a:pureftpd:pure-ftpd:*:*:*:*:*:*:*:*',
    ],
    [
      'pyftpdlib 1.5.6 ready.',
      'pyftpdlib 1.5.6',
      'cpe:2.3:a:g.rodola:pyftpdlib:1.5.6:*:*:*:*:*:*:*',
    ],
    [
      'host FTP server (GNU inetutils 2.4) ready.',
      'GNU inetutils ftpd 2.4',
      'cpe:2.3:a:gnu:inetutils:2.4:*:*:*:*:*:*:*',
    ],
    [
      'Microsoft FTP Service',
      'Microsoft FTP Service null',
      'cpe:2.3:a:microsoft:ftp_service:*:*:*:*:*:*:*:*',
    ],
    [
      'FileZilla Server 1.7.3',
      'FileZilla Server 1.7.3',
      'cpe:2.3:a:filezilla-project:filezilla_server:1.7.3:*:*:*:*:*:*:*',
    ],
    [
      'Serv-U FTP Server v15.1 ready...',
      'Serv-U 15.1',
      'cpe:2.3:a:solarwinds:serv-u:15.1:*:*:*:*:*:*:*',
    ],
    [
      'h FTP server (Version wu-2.6.2(1) Mon Dec 3) ready.',
      'WU-FTPD 2.6.2',
      'cpe:2.3:a:washington_university:wu-ftpd:2.6.2:*:*:*:*:*:*:*',
    ],
    ['glFTPd 2.01 Linux+TLS ready.', 'glFTPd 2.01', 'cpe:2.3:a:glftpd:glftpd:2.01:*:*:*:*:*:*:*'],
    [
      'bftpd 4.4 at 127.0.0.1 ready.',
      'bftpd 4.4',
      'cpe:2.3:a:bftpd_project:bftpd:4.4:*:*:*:*:*:*:*',
    ],
    [
      'Wing FTP Server 6.3.8 ready... (Free)',
      'Wing FTP Server 6.3.8',
      'cpe:2.3:a:wftpserver:wing_ftp_server:6.3.8:*:*:*:*:*:*:*',
    ],
    [
      'Xlight FTP Server 3.9 ready...',
      'Xlight FTP Server 3.9',
      'cpe:2.3:a:xlightftpd:xlight_ftp_server:3.9:*:*:*:*:*:*:*',
    ],
    [
      'Titan FTP Server 6.26.630 Ready.',
      'Titan FTP Server 6.26.630',
      'cpe:2.3:a:southrivertech:titan_ftp_server:6.26.630:*:*:*:*:*:*:*',
    ],
  ])('%s', (text, product, cpe) => {
    const found = identify({ ...nothingSaid, greeting: reply(220, text) })
    expect(found && `${found.name} ${found.version}`).toBe(product)
    expect(found?.cpe).toBe(cpe)
    expect(found?.from).toEqual(['banner'])
  })

  test.each(['Welcome', 'FTP server ready.', 'mail ESMTP Postfix', ''])(
    'nothing sure: %s',
    (text) => {
      expect(identify({ ...nothingSaid, greeting: reply(220, text) })).toBeNull()
    },
  )
})

describe('when the greeting hides it, by', () => {
  test.each([
    ['wording', 'vsftpd', { others: [reply(331, 'Please specify the password.')] }],
    ['wording', 'ProFTPD', { feat: reply(500, 'FEAT not understood') }],
    ['wording', 'Pure-FTPd', { others: [reply(530, "You aren't logged in")] }],
    ['wording', 'pyftpdlib', { syst: reply(530, 'Log in with USER and PASS first.') }],
    ['syst', 'Microsoft FTP Service', { syst: reply(215, 'Windows_NT') }],
    ['syst', 'FileZilla Server', { syst: reply(215, 'UNIX emulated by FileZilla.') }],
  ])('%s: %s', (signal, name, said) => {
    const found = identify({ ...nothingSaid, greeting: reply(220, 'Welcome'), ...said })
    expect(found?.name).toBe(name)
    expect(found?.from).toEqual([signal])
    expect(found?.version).toBeNull()
  })

  test('features that go together', () => {
    const feat = reply(211, 'Extensions supported:', ' ESTA', ' ESTP', ' IDLE', 'End.')
    expect(identify({ ...nothingSaid, feat })).toMatchObject({
      name: 'Pure-FTPd',
      from: ['feat'],
    })
  })
})

test('signals that agree raise the confidence, one that contradicts lowers it', () => {
  const greeting = reply(220, '(vsFTPd 3.0.3)')
  const alone = identify({ ...nothingSaid, greeting })
  const more = identify({
    ...nothingSaid,
    greeting,
    others: [reply(331, 'Please specify the password.')],
  })
  const against = identify({ ...nothingSaid, greeting, syst: reply(215, 'Windows_NT') })
  expect(more?.from).toEqual(['banner', 'wording'])
  expect(more?.confidence).toBeGreaterThan(alone?.confidence ?? 1)
  expect(against?.confidence ?? 1).toBeLessThan(alone?.confidence ?? 0)
  expect(against?.name).toBe('vsftpd')
})

test('a version cannot break out of its CPE', () => {
  const found = identify({ ...nothingSaid, greeting: reply(220, '(vsFTPd 3.0+ubuntu~1)') })
  expect(found?.cpe).toBe('cpe:2.3:a:vsftpd_project:vsftpd:3.0\\+ubuntu\\~1:*:*:*:*:*:*:*')
})
