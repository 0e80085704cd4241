import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { demandsTls } from './demand.ts'
import { isPlainName, isSendable, joinPath, parseWorkingDirectory } from './path.ts'
import { type Reply, readReplies, replyStart } from './reply.ts'
import { lists, parseListedCommands } from './site.ts'

function replyOf(wire: string): Reply {
  const [outcome] = readReplies(replyStart, `${wire.replaceAll('\n', '\r\n')}\r\n`).outcomes
  if (outcome?.kind !== 'reply') throw new Error(`no reply: ${wire}`)
  return outcome.reply
}

describe('listed SITE commands', () => {
  test.each([
    {
      name: 'ProFTPD',
      wire: "214-The following SITE commands are recognized (* =>'s unimplemented)\n CPFR <sp> pathname\n CPTO <sp> pathname\n CHMOD <sp> mode <sp> pathname\n214 Direct comments to root@localhost",
      names: ['CPFR', 'CPTO', 'CHMOD'],
    },
    {
      name: 'Pure-FTPd',
      wire: '214-The following SITE commands are recognized\n ALIAS\n CHMOD\n IDLE\n UTIME\n214 Pure-FTPd - http://pureftpd.org/',
      names: ['ALIAS', 'CHMOD', 'IDLE', 'UTIME'],
    },
    { name: 'vsftpd', wire: '214 CHMOD UMASK HELP', names: ['CHMOD', 'UMASK', 'HELP'] },
    {
      name: 'WU-FTPD',
      wire: "214-The following SITE commands are recognized (* =>'s unimplemented).\n   UMASK   GROUP*  EXEC\n   IDLE    INDEX\n214 Direct comments to ftp-bugs@host.",
      names: ['UMASK', 'GROUP', 'EXEC', 'IDLE', 'INDEX'],
    },
    {
      name: 'named after SITE',
      wire: '214-Commands:\n SITE CHMOD\n SITE EXEC\n214 End',
      names: ['CHMOD', 'EXEC'],
    },
  ])('of $name', ({ wire, names }) => {
    expect(parseListedCommands(replyOf(wire))?.names).toEqual(names)
  })

  test('that are marked as unimplemented are not had', () => {
    const listed = parseListedCommands(replyOf('214-SITE:\n EXEC* CHMOD\n214 End'))
    expect([listed && lists(listed, 'EXEC'), listed && lists(listed, 'CHMOD')]).toEqual([
      false,
      true,
    ])
  })

  test.each([
    '214 Help is on the way',
    '500 What?',
    '214-See the manual.\n214 End',
    '550 CHMOD EXEC',
  ])('are not in: %s', (wire) => {
    expect(parseListedCommands(replyOf(wire))).toBeUndefined()
  })

  test('are bounded', () => {
    const many = Array.from({ length: 5000 }, (_, at) => ` C${at}`)
      .slice(0, 1900)
      .join('\n')
    expect(parseListedCommands(replyOf(`214-SITE\n${many}\n214 End`))?.names).toHaveLength(256)
  })
})

describe('paths', () => {
  test.each([
    ['257 "/" is the current directory', '/'],
    ['257 "/with ""quotes""" is it', '/with "quotes"'],
    ['257 "/home/ada"', '/home/ada'],
    ['257 no quotes', undefined],
    ['257 ""', undefined],
    ['550 "/"', undefined],
  ])('%s', (wire, path) => {
    expect(parseWorkingDirectory(replyOf(wire))).toBe(path)
  })

  test('a plain name never leaves its directory nor ends its command', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        if (!isPlainName(name)) return
        expect(joinPath('/a', name).split('/')).toEqual(['', 'a', name])
        expect(name).not.toMatch(/^\.{1,2}$|[\\\r\n\0]/)
      }),
    )
  })

  test.each(['..', '.', '', 'a/b', 'a\\b', 'a\rb', 'a\0b', '\x1b[2J', 'x'.repeat(1025)])(
    '%j is no plain name',
    (name) => {
      expect(isPlainName(name)).toBe(false)
    },
  )

  test('what cannot be sent is known', () => {
    expect(['a\nb', 'a\rb', 'a\0b', ''].map(isSendable)).toEqual([false, false, false, false])
    expect(isSendable('/a b/\xff')).toBe(true)
  })
})

describe('a refusal for want of TLS', () => {
  test.each([
    ['530 Non-anonymous sessions must use encryption.', true],
    ['530 Anonymous sessions may not use encryption.', true],
    ['550 SSL/TLS required on the control channel', true],
    ['534 Policy requires SSL.', true],
    ['503 Use AUTH first.', true],
    ['421 Sorry, cleartext sessions are not accepted on this server.', true],
    ['530 Please login with USER and PASS', false],
    ['530 Login incorrect.', false],
    ['530 Author unknown', false],
    ['421 Too many connections', false],
    ['331 TLS is nicer', false],
    ['230 TLS', false],
  ])('%s: %s', (wire, demanded) => {
    expect(demandsTls(replyOf(wire))).toBe(demanded)
  })
})
