import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, cuts, wire } from '../../../test/ftp-wire.ts'
import {
  commandStart,
  lastCommand,
  parseCommand,
  readCommands,
  redactLine,
  writeCommand,
} from './command.ts'
import { isSecretVerb, verbs } from './verbs.ts'

const read = (chunks: readonly string[], maxLine?: number) => {
  let state = commandStart
  const commands = chunks.flatMap((chunk) => {
    const step = readCommands(state, chunk, maxLine)
    state = step.state
    return step.commands
  })
  return { commands, last: lastCommand(state) }
}

describe('a command', () => {
  test.each([
    { given: 'USER bob', verb: 'USER', argument: 'bob', written: 'USER bob' },
    { given: 'user  bob ', verb: 'USER', argument: ' bob ', written: 'USER  bob ' },
    { given: 'RETR a b.txt', verb: 'RETR', argument: 'a b.txt', written: 'RETR a b.txt' },
    { given: 'PASV', verb: 'PASV', argument: null, written: 'PASV' },
    { given: 'PASV ', verb: 'PASV', argument: null, written: 'PASV' },
    { given: 'PASS s3cret', verb: 'PASS', argument: null, written: 'PASS ***' },
    { given: 'pass s3cret', verb: 'PASS', argument: null, written: 'PASS ***' },
    { given: ' PASS s3cret', verb: 'PASS', argument: null, written: 'PASS ***' },
    { given: 'PASS\ts3cret', verb: '*', argument: null, written: '(unknown command) ***' },
    { given: 'PASSs3cret', verb: '*', argument: null, written: '(unknown command) ***' },
    { given: 's3cret', verb: '*', argument: null, written: '(unknown command) ***' },
    { given: 'ACCT s3cret', verb: 'ACCT', argument: null, written: 'ACCT ***' },
    { given: 'AUTH TLS', verb: 'AUTH', argument: 'TLS', written: 'AUTH TLS' },
    { given: 'AUTH TLS-C', verb: 'AUTH', argument: 'TLS-C', written: 'AUTH TLS-C' },
    { given: 'AUTH PLAIN s3cret', verb: 'AUTH', argument: 'PLAIN', written: 'AUTH PLAIN ***' },
    { given: 'ADAT s3cret', verb: 'ADAT', argument: null, written: 'ADAT ***' },
    {
      given: 'SITE CHMOD 755 x',
      verb: 'SITE',
      argument: 'CHMOD 755 x',
      written: 'SITE CHMOD 755 x',
    },
    { given: 'SITE PSWD old s3cret', verb: 'SITE', argument: 'PSWD', written: 'SITE PSWD ***' },
    { given: 'a1 LOGIN bob s3cret', verb: '*', argument: null, written: '(unknown command) ***' },
    { given: 'EHLO s3cret', verb: 'EHLO', argument: null, written: 'EHLO ***' },
    { given: '\u00f2ABOR', verb: 'ABOR', argument: null, written: 'ABOR' },
  ])('$given', ({ given, verb, argument, written }) => {
    expect(parseCommand(given)).toMatchObject({ verb, argument })
    expect(redactLine(given)).toBe(written)
  })

  test('may be pipelined, broken by Telnet, long, or unfinished', () => {
    const { commands, last } = read([
      `USER a\r\nPASS b\nCWD ${'x'.repeat(600)}\r\n\u00ff\u00f4\u00ff\u00f2ABOR\r\n\r\n${'y'.repeat(9000)}\r\nQUIT`,
    ])
    expect(commands.map(({ verb, faults }) => [verb, ...faults])).toEqual([
      ['USER'],
      ['PASS', 'bare-lf'],
      ['CWD', 'beyond-512'],
      ['ABOR', 'telnet'],
      ['*', 'beyond-512', 'too-long'],
    ])
    expect(last).toMatchObject({ verb: 'QUIT', faults: ['unterminated'] })
  })

  test('is the same however the bytes are cut, and never throws', () => {
    fc.assert(
      fc.property(wire, cuts, fc.constantFrom(undefined, 12), (text, at, maxLine) => {
        const whole = read([text], maxLine)
        expect(read(cut(text, at), maxLine)).toEqual(whole)
        expect(read([...text], maxLine)).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  test('keeps no secret, whatever its verb', () => {
    const canary = 'c4n4ry'
    const spaces = fc.constantFrom('', ' ', '  ', '\t', '\u00ff\u00f1', '\u00f2')
    fc.assert(
      fc.property(
        fc.constantFrom(...verbs.filter(isSecretVerb)),
        spaces,
        spaces,
        fc.boolean(),
        (verb, before, after, low) => {
          const line = `${before}${low ? verb.toLowerCase() : verb}${after}${canary}`
          const { commands } = read([`${line}\r\n`, `${line}${'x'.repeat(9000)}\r\n`])
          expect(commands).toHaveLength(2)
          expect(
            JSON.stringify([commands, commands.map(writeCommand), redactLine(line)]),
          ).not.toContain(canary)
        },
      ),
    )
  })
})
