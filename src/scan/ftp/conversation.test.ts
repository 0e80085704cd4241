import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Turn } from '../../protocols/ftp/conversation.ts'
import { bytesOf } from '../../protocols/ftp/wire.ts'
import type { Connection, Received } from '../connection.ts'
import { addressOf } from '../socket-world.test.data.ts'
import { Conversation } from './conversation.ts'
import { startTranscript } from './transcript.ts'

/** A connection on which all of it was received already, cut as given, and nothing more comes. */
function fed(pieces: readonly string[], after: Received = { kind: 'silence' }) {
  const waiting = [...pieces]
  const sent: string[] = []
  const endpoint = { address: addressOf('127.0.0.1'), port: 21 }
  const connection: Connection = {
    local: endpoint,
    remote: endpoint,
    received: 0,
    closed: false,
    receive: async () => {
      const next = waiting.shift()
      return next === undefined ? after : { kind: 'bytes', bytes: bytesOf(next) }
    },
    send: async (bytes) => {
      sent.push(String.fromCharCode(...bytes))
      return { kind: 'sent' }
    },
    startTls: async () => ({ kind: 'failed', reason: 'not-here' }),
    close: () => {},
  }
  return { connection, sent }
}

function conversationOn(connection: Connection, secret: string | null = null) {
  const transcript = startTranscript()
  const turns: Turn[] = []
  let time = 0
  const conversation = new Conversation(connection, 1, {
    transcript,
    clock: () => time++,
    deadline: 1_000_000,
    replyMilliseconds: 10_000,
    secret,
    onTurn: (turn) => turns.push(turn),
  })
  return { conversation, transcript, turns }
}

const wire = '220-Welcome\r\n211 inside\r\n220 ready\r\n211-Features\r\n MLST\r\n211 End\r\n'

describe('a conversation', () => {
  test('hears the same however the bytes are cut', async () => {
    const whole = await said([wire])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(wire.length), { maxLength: 12 }), async (at) => {
        const cuts = [0, ...at.sort((a, b) => a - b), wire.length]
        const pieces = cuts.slice(1).map((end, i) => wire.slice(cuts[i], end))
        expect(await said(pieces.filter((piece) => piece !== ''))).toEqual(whole)
      }),
    )
    expect(whole).toEqual([
      '220-Welcome',
      '211 inside',
      '220 ready',
      '211-Features',
      ' MLST',
      '211 End',
    ])
  })

  test('takes a second greeting for no answer', async () => {
    const { connection } = fed(['220 one\r\n', '220 two\r\n'])
    const { conversation } = conversationOn(connection)
    await conversation.hear()
    const asked = conversation.ask('SYST')
    expect((await asked).reply).toBeNull()
    expect(conversation.ended).toBe('silent')
  })

  test('passes over lines that are no reply, so many', async () => {
    const some = conversationOn(fed(['stray\r\n'.repeat(5), '220 here\r\n']).connection)
    expect((await some.conversation.hear()).kind).toBe('reply')
    const many = conversationOn(fed(['stray\r\n'.repeat(50), '220 here\r\n']).connection)
    expect(await many.conversation.hear()).toMatchObject({
      kind: 'ended',
      ending: 'not-understood',
    })
  })

  test('waits for the reply behind a preliminary one, not for ever', async () => {
    const one = conversationOn(fed(['120 soon\r\n220 now\r\n']).connection)
    expect((await one.conversation.close([])).code).toBe(220)
    const many = conversationOn(fed(['150 go\r\n'.repeat(9)]).connection)
    expect((await many.conversation.ask('LIST')).reply).toBeNull()
  })

  test('ends once and says nothing after', async () => {
    const { connection, sent } = fed([], { kind: 'ended', ending: 'reset' })
    const { conversation, transcript } = conversationOn(connection)
    expect(await conversation.hear()).toMatchObject({ kind: 'ended', ending: 'reset' })
    const lines = transcript.lines.length
    await conversation.ask('FEAT')
    await conversation.leave()
    expect([conversation.ended, sent, transcript.lines.length]).toEqual(['reset', [], lines])
  })

  test.each([
    ['half a greeting is one', ['220 hel'], true],
    ['half an answer is none', ['220 hello\r\n', '230 Logg'], false],
  ])('%s', async (_, pieces, isHeard) => {
    const { conversation } = conversationOn(
      fed(pieces, { kind: 'ended', ending: 'reset' }).connection,
    )
    let heard = await conversation.hear()
    if (pieces.length > 1) heard = await conversation.hear()
    expect(heard.kind === 'reply').toBe(isHeard)
    expect(conversation.ended).toBe('reset')
  })

  test.each([
    ['421 Too many connections', 'banned'],
    ['421 Cleartext sessions are not accepted, use TLS', 'closed-by-server'],
  ])('%s', async (line, ended) => {
    const { conversation } = conversationOn(fed([`${line}\r\n`]).connection)
    await conversation.hear()
    expect(conversation.ended).toBe(ended)
  })

  test('doubles the byte 255 of a name (RFC 854)', async () => {
    const { connection, sent } = fed([])
    await conversationOn(connection).conversation.say('CWD /\xff')
    expect(sent).toEqual(['CWD /\xff\xff\r\n'])
  })

  test('is not held by bytes that say nothing and never pause', async () => {
    const { connection } = fed(['200 Fine\r\n'], { kind: 'bytes', bytes: bytesOf('\xff\xf1\r\n') })
    const { conversation } = conversationOn(connection)
    await conversation.ask('NOOP')
    expect(await conversation.overhear(0)).toBeNull()
    expect(await conversation.ask('NOOP')).toMatchObject({ reply: null })
    expect(conversation.ended).toBe('too-slow')
  })

  test('writes no secret down, sent or repeated', async () => {
    const { connection } = fed(['530 hunter22 is wrong\r\n', 'hunter22\r\n530 no\r\n'])
    const { conversation, transcript, turns } = conversationOn(connection, 'hunter22')
    await conversation.say('PASS hunter22')
    await conversation.hear()
    await conversation.hear()
    expect(JSON.stringify([transcript.lines, turns])).not.toContain('hunter22')
    expect(transcript.lines.map(({ text }) => text)).toEqual([
      'PASS ***',
      '530 *** is wrong',
      '***',
      '530 no',
    ])
  })

  test('cleans a short secret out of the answer to it alone', async () => {
    const { connection } = fed(['530 ab is wrong\r\n', '214 about\r\n'])
    const { conversation, transcript } = conversationOn(connection, 'ab')
    await conversation.say('PASS ab')
    await conversation.hear()
    await conversation.say('HELP')
    await conversation.hear()
    expect(transcript.lines.map(({ text }) => text)).toEqual([
      'PASS ***',
      '530 *** is wrong',
      'HELP',
      '214 about',
    ])
  })
})

async function said(pieces: readonly string[]): Promise<readonly string[]> {
  const { conversation, transcript } = conversationOn(fed(pieces).connection)
  await conversation.hear()
  await conversation.hear()
  return transcript.lines.map(({ text }) => text)
}
