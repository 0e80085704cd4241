import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wire } from '../../../test/ftp-wire.ts'
import { beginsOtherwise, clientSays, middleSays, serverSays, tlsBegins } from './sniff.ts'

describe('the first words', () => {
  test.each([
    ['USER bob\r\n', 'command'],
    ['user ', 'command'],
    ['QUIT\r', 'command'],
    ['\r\n USER x', 'command'],
    ['\u00ff\u00f4\u00ff\u00f2ABOR\r\n', 'command'],
    ['\u00f2ABOR\r\n', 'command'],
    ['US', 'more'],
    ['USER', 'more'],
    ['', 'more'],
    ['\r\n', 'more'],
    ['\u00ff', 'more'],
    ['\u00ff\u00fb', 'more'],
    ['GET / HTTP', 'foreign'],
    ['EHLO x', 'foreign'],
    ['GETX ', 'never'],
    ['USER\t', 'never'],
    ['{"a":1}', 'never'],
    ['SSH-2.0', 'never'],
    ['\u0016\u0003', 'never'],
    [' '.repeat(600), 'never'],
  ])('of a client: %j', (text, says) => {
    expect(clientSays(text)).toBe(says)
  })

  test.each([
    ['220 x', 'reply'],
    ['220-', 'reply'],
    ['220Welcome', 'reply'],
    ['\r\n421 x', 'reply'],
    ['99 x', 'reply'],
    ['\u00ff\u00fb\u0001220 x', 'reply'],
    ['Welcome\r\n220 x', 'reply'],
    ['2', 'more'],
    ['220', 'more'],
    ['Welcome\r\n', 'more'],
    ['', 'more'],
    ['2200', 'never'],
    ['12:30', 'never'],
    ['HTTP/1.1 200 OK\r\n', 'never'],
    ['+OK x', 'never'],
    ['* OK x', 'never'],
    ['SSH-2.0-x', 'never'],
    ['\u0000abc', 'never'],
    ['a'.repeat(600), 'never'],
  ])('of a server: %j', (text, says) => {
    expect(serverSays(text)).toBe(says)
  })

  test.each([
    ['RETR x\r\n', 'client'],
    ['me.txt\r\nRETR x', 'client'],
    ['226 done', 'server'],
    ['est of it\r\n226 done', 'server'],
    ['half a line', 'more'],
    ['half a line\r\nand', 'more'],
    ['one\r\ntwo\r\n', 'never'],
    ['\u0001', 'never'],
  ])('from the middle: %j', (text, kind) => {
    expect(middleSays(text, 0).kind).toBe(kind)
  })

  test('nothing that was said is taken back when more comes', () => {
    fc.assert(
      fc.property(wire, wire, (text, more) => {
        for (const says of [clientSays, serverSays, (one: string) => middleSays(one, 0).kind]) {
          const early = says(text)
          if (early !== 'more') expect([text, more, says(text + more)]).toEqual([text, more, early])
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('no text begins like what is none', () => {
    for (const text of ['USER', '220', '\r\n', '\u00ff', '\u00f2', ' x', '\u001b[0m'])
      expect(beginsOtherwise(text.charCodeAt(0))).toBe(false)
    for (const code of [0, 1, 22, 127]) expect(beginsOtherwise(code)).toBe(true)
  })

  test.each([
    ['\u0016\u0003\u0001', 'yes'],
    ['\u0017\u0003\u0003', 'yes'],
    ['\u0016\u0003', 'maybe'],
    ['\u0016', 'maybe'],
    ['\u0016\u0004', 'no'],
    ['\u0016\u0003\u0005', 'no'],
    ['A', 'no'],
    ['', 'no'],
  ])('TLS: %j', (text, begins) => {
    expect(tlsBegins(text)).toBe(begins)
  })
})
