import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, cuts, wire } from '../../../test/ftp-wire.ts'
import {
  behindReply,
  lastReply,
  type ReplyLimits,
  readReplies,
  replyStart,
  replyText,
  stepReply,
} from './reply.ts'
import { bytesOf, decodeWire, encodeWire, wireOf } from './wire.ts'

const small: ReplyLimits = { line: 40, lines: 4, total: 60 }

const read = (chunks: readonly string[], limits?: ReplyLimits) => {
  let state = replyStart
  const outcomes = chunks.flatMap((chunk) => {
    const step = readReplies(state, chunk, limits)
    state = step.state
    return step.outcomes.map(({ state: _, ...outcome }) => outcome)
  })
  return { outcomes, last: lastReply(state), state }
}
const replies = (text: string) =>
  read([text]).outcomes.map((outcome) =>
    outcome.kind === 'reply'
      ? [outcome.reply.code, outcome.reply.lines, outcome.reply.faults]
      : [outcome.reason],
  )

describe('a reply', () => {
  test.each([
    { name: 'of one line', given: '220 ready\r\n', out: [[220, ['ready'], []]] },
    {
      name: 'pipelined',
      given: '331 x\r\n230 y\r\n',
      out: [
        [331, ['x'], []],
        [230, ['y'], []],
      ],
    },
    {
      name: 'of many lines whose inner lines begin with other codes',
      given: '220-a\r\n331 b\r\n230-c\r\n 220 d\r\n220 e\r\n',
      out: [[220, ['a', '331 b', '230-c', ' 220 d', 'e'], []]],
    },
    {
      name: 'whose every line carries its code',
      given: '230-a\r\n230-b\r\n230 c\r\n',
      out: [[230, ['a', 'b', 'c'], []]],
    },
    { name: 'without text', given: '220 \r\n', out: [[220, [''], []]] },
    { name: 'without text and space', given: '220\r\n', out: [[220, [''], []]] },
    {
      name: 'without the space',
      given: '220Welcome\r\n',
      out: [[220, ['Welcome'], ['no-separator']]],
    },
    { name: 'of code 999', given: '999 x\r\n', out: [[999, ['x'], ['code-out-of-range']]] },
    {
      name: 'of code 99',
      given: '99 x\r\n',
      out: [[99, ['x'], ['code-out-of-range', 'short-code']]],
    },
    { name: 'with bare LF', given: '220-a\n220 b\n', out: [[220, ['a', 'b'], ['bare-lf']]] },
    { name: 'with CR CR LF', given: '220 a\r\r\n', out: [[220, ['a'], []]] },
    {
      name: 'with Telnet commands',
      given: '22\u00ff\u00fd\u00060 a\u00ff\u00ffb\u00ff\u00fa1\n2\u00ff\u00f0c\r\n',
      out: [[220, ['a\u00ffbc'], ['telnet']]],
    },
    {
      name: 'that closes with its bare code',
      given: '211-a\r\n b\r\n211\r\n',
      out: [[211, ['a', ' b', ''], []]],
    },
    {
      name: 'not at all: SSH',
      given: 'SSH-2.0-x\r\n220 a\r\n',
      out: [['not-a-reply'], [220, ['a'], []]],
    },
    { name: 'not at all: four digits', given: '2200 a\r\n', out: [['not-a-reply']] },
    { name: 'not at all: a list', given: '1. Be nice\r\n', out: [['not-a-reply']] },
    { name: 'after empty lines', given: '\r\n\n220 a\r\n', out: [[220, ['a'], []]] },
  ])('$name', ({ given, out }) => {
    expect(replies(given)).toEqual(out)
  })

  test.each([
    { name: 'a line', given: `220 ${'x'.repeat(99)}\r\n230 a\r\n`, out: ['line-too-long', 230] },
    {
      name: 'a line inside, dropped with its reply',
      given: `220-a\r\n${'x'.repeat(99)}\r\n220-b\r\n220 c\r\n230 d\r\n`,
      out: ['line-too-long', 230],
    },
    {
      name: 'the lines',
      given: `220-a\r\n${'b\r\n'.repeat(9)}220 c\r\n230 d\r\n`,
      out: ['too-many-lines', 230],
    },
    {
      name: 'the whole',
      given: `220-${'a'.repeat(35)}\r\n${'b'.repeat(35)}\r\n220 c\r\n230 d\r\n`,
      out: ['too-long', 230],
    },
  ])('is bounded: $name', ({ given, out }) => {
    const { outcomes } = read([given], small)
    expect(outcomes.map((one) => (one.kind === 'reply' ? one.reply.code : one.reason))).toEqual(out)
  })

  test('comes through again after a Telnet negotiation that nobody ends', () => {
    const { outcomes } = read([`\u00ff\u00fa${'x'.repeat(3000)}\r\n220 a\r\n`])
    expect(outcomes.at(-1)).toMatchObject({ kind: 'reply', reply: { code: 220 } })
  })

  test('that the stream cut off is told apart', () => {
    expect(read(['421 bye']).last).toEqual({ code: 421, lines: ['bye'], faults: ['unterminated'] })
    expect(read(['220-a\r\nb']).last).toEqual({
      code: 220,
      lines: ['a', 'b'],
      faults: ['unterminated'],
    })
    expect(read(['220 a\r\n']).last).toBeUndefined()
  })

  test('leaves what stands behind it as it came', () => {
    const step = stepReply(replyStart, '234 go\r\n\u0016\u0003\u00ff\u00f0\u0000')
    expect(step.kind).toBe('reply')
    expect(behindReply(step.state)).toBe('\u0016\u0003\u00ff\u00f0\u0000')
  })

  test('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(wire, cuts, fc.constantFrom(undefined, small), (text, at, limits) => {
        const whole = read([text], limits)
        const pieces = read(cut(text, at), limits)
        expect(pieces.outcomes).toEqual(whole.outcomes)
        expect(pieces.last).toEqual(whole.last)
        expect(read([...text], limits).outcomes).toEqual(whole.outcomes)
      }),
      { numRuns: 400 },
    )
  })

  test('never holds more than its limits', () => {
    fc.assert(
      fc.property(wire, (text) => {
        const { outcomes, state } = read([...text.repeat(3)], small)
        expect(state.input.line.length).toBeLessThanOrEqual(small.line + 1)
        expect(state.open?.lines.length ?? 0).toBeLessThanOrEqual(small.lines)
        for (const one of outcomes) {
          if (one.kind !== 'reply') continue
          expect(one.reply.lines.length).toBeLessThanOrEqual(small.lines)
          expect(one.reply.lines.join('').length).toBeLessThanOrEqual(small.total)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('of ten megabytes without an end keeps next to nothing', () => {
    let { state } = readReplies(replyStart, '')
    for (let i = 0; i < 160; i++) ({ state } = readReplies(state, 'x'.repeat(65_536)))
    expect(JSON.stringify(state).length).toBeLessThan(10_000)
  })
})

test('text is UTF-8 where it is, and keeps its bytes where it is not', () => {
  const [utf8, latin1] = [encodeWire('é'), '\u00e9']
  expect(replyText({ code: 220, lines: [utf8], faults: [] })).toBe('é')
  expect(decodeWire(latin1)).toEqual({ text: 'é', base64: '6Q==' })
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const { text, base64 } = decodeWire(wireOf(bytes))
      const back = base64 === null ? encodeWire(text) : atob(base64)
      expect(bytesOf(back)).toEqual(bytes)
    }),
    { numRuns: 200 },
  )
})

describe('the corpus of odd conversations', () => {
  const folder = join(import.meta.dirname, '../../../test/fixtures/ftp/conversations')
  test.each(readdirSync(folder))('%s', (file) => {
    const { outcomes } = read([...wireOf(readFileSync(join(folder, file)))])
    const said = outcomes.map((one) => (one.kind === 'reply' ? one.reply.code : one.reason)).join()
    expect(`${said === '' ? 'none' : said}.bin`).toBe(file)
  })
})
