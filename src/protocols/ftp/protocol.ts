/**
 * FTP as one of the protocols that may answer somewhere. A greeting never decides: the question FEAT, and where that
 * leaves doubt SYST and USER, tell FTP from what greets like it (mail).
 */
import { type Heard, heardLimit, type Outcome, type Protocol } from '../protocol.ts'
import { parseCommand } from './command.ts'
import type { Turn } from './conversation.ts'
import { turnOf } from './conversation.ts'
import { foreignLine } from './evidence.ts'
import { type Recognition, recognise } from './recognition.ts'
import { lastReply, type Reply, readReplies, replyStart, replyText } from './reply.ts'
import { identify, nothingSaid, type Said } from './software.ts'
import { bytesOf, wireOf } from './wire.ts'

export const ftp: Protocol = {
  id: 'ftp',
  title: 'FTP',
  ports: [21, 990, 2121],
  probe: null,
  hear(heard) {
    const exchanges = [...(heard.earlier ?? []), heard]
    const said = exchanges.map(repliesOf)
    const last = said.at(-1)
    if (!last || last.replies.length === 0) return nothingYet(heard, last?.isForeign ?? false)
    if (last.isOpen && !heard.ended) return { kind: 'more' }
    const turns = said.flatMap(({ command, turns }) => (command ? [command, ...turns] : turns))
    const recognition = recognise(turns, { directions: 'both', startSeen: true })
    const settled = final(recognition, said)
    if (settled) return settled
    const question = questions[exchanges.filter(({ sent }) => isOurs(sent)).length]
    return heard.ended || question === undefined ? { kind: 'not' } : ask(question)
  },
}

/** In the order in which they are asked; USER is last because some servers count it. */
const questions = ['FEAT', 'SYST', 'USER anonymous']
const ask = (question: string): Outcome => ({ kind: 'ask', send: bytesOf(`${question}\r\n`) })
const isOurs = (sent: Uint8Array | null): boolean =>
  sent !== null && questions.includes(wireOf(sent.subarray(0, 32)).trimEnd())

interface Exchange {
  readonly command: Turn | null
  readonly turns: readonly Turn[]
  readonly replies: readonly Reply[]
  /** A reply has begun whose end is not there. */
  readonly isOpen: boolean
  readonly isForeign: boolean
}

function repliesOf({ sent, bytes, ended }: Heard): Exchange {
  const { outcomes, state } = readReplies(replyStart, wireOf(bytes.subarray(0, heardLimit)))
  const rest = ended ? lastReply(state) : undefined
  const turns = outcomes.map(turnOf)
  if (rest) turns.push({ kind: 'reply', reply: rest })
  const replies = turns.flatMap((turn) => (turn.kind === 'reply' ? [turn.reply] : []))
  const line = sent ? wireOf(sent.subarray(0, 512)).split('\r\n', 1)[0] : undefined
  return {
    command: line === undefined ? null : { kind: 'command', command: parseCommand(line) },
    turns,
    replies,
    isOpen: rest === undefined && (state.open !== null || state.input.rest.length > 0),
    isForeign: turns.some((turn) => turn.kind === 'line'),
  }
}

/** A service that speaks text which is no reply may still be FTP behind a banner of somebody's own making: one question. */
function nothingYet({ sent, bytes, ended }: Heard, isForeign: boolean): Outcome {
  // Telnet's options (RFC 854) are a language of their own.
  if (bytes[0] === 255 && (bytes[1] ?? 0) >= 240) return { kind: 'not' }
  if (!isForeign) return ended ? { kind: 'not' } : { kind: 'more' }
  const text = wireOf(bytes.subarray(0, 4096))
  const [first] = questions
  const isText = bytes.every((byte) => byte === 9 || byte === 10 || byte === 13 || byte >= 32)
  // A line without its end is a prompt: somebody is to log in there.
  if (sent !== null || !isText || !text.endsWith('\n') || first === undefined)
    return { kind: 'not' }
  return foreignLine(text.trimStart().split(/\r?\n/, 1)[0] ?? '') ? { kind: 'not' } : ask(first)
}

function final(recognition: Recognition, said: readonly Exchange[]): Outcome | undefined {
  if (recognition.verdict === 'not-ftp') return { kind: 'not' }
  if (recognition.verdict === 'undecided') return undefined
  const words = saidOf(said)
  const [greeting] = said[0]?.command === null ? said[0].replies : []
  return {
    kind: 'is',
    recognised: {
      protocol: 'ftp',
      product: identify(words),
      banner: greeting ? replyText(greeting) : null,
      evidence: recognition.evidence.map(({ line, weight }) => ({ line, weight })),
      details: [],
    },
  }
}

/** What was said to whom: the greeting, the answers to SYST and FEAT, and all others. */
function saidOf(said: readonly Exchange[]): Said {
  let words: Said = nothingSaid
  for (const { command, replies } of said)
    for (const reply of replies) {
      const verb = command?.kind === 'command' ? command.command.verb : null
      if (verb === null && words.greeting === null) words = { ...words, greeting: reply }
      else if (verb === 'FEAT' && reply.code === 211) words = { ...words, feat: reply }
      else if (verb === 'SYST' && reply.code === 215) words = { ...words, syst: reply }
      else words = { ...words, others: [...words.others, reply] }
    }
  return words
}
