/** Redis and its kin answer a question for facts of the server with them, or with why not (redis.io, "RESP protocol spec"). */
import { equal, textOf } from '../bytes.ts'
import { bytesOf } from '../ftp/wire.ts'
import type { Heard, Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, not, part, type Reading, recognised, whole } from '../reading.ts'
import { productOf } from './software.ts'

/** `INFO server` as an array of bulk strings: reads, and changes nothing. */
const info = bytesOf('*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n')

export const redis: Protocol = {
  id: 'redis',
  title: 'Redis',
  ports: [6379, 6380, 26379, 16379],
  probe: info,
  hear: (heard) => judge(heard, readReply, (reply) => outcomeOf(reply, heard)),
}

type Reply =
  | { readonly kind: 'facts'; readonly text: string }
  | { readonly kind: 'line'; readonly text: string }

const maxLine = 1024
const maxBulk = 32_768

/** The first reply: a bulk string, a status, or an error. */
function readReply(bytes: Uint8Array): Reading<Reply> {
  const mark = bytes[0]
  if (mark !== 0x24 && mark !== 0x2b && mark !== 0x2d) return foreign
  const end = bytes.subarray(0, maxLine).indexOf(10)
  const line = textOf(bytes.subarray(0, end < 0 ? maxLine : end)).trimEnd()
  if (end < 0) return bytes.length >= maxLine ? foreign : part()
  if (mark !== 0x24) return whole({ kind: 'line', text: line })
  const size = /^\$(\d{1,5})$/.exec(line)?.[1]
  if (size === undefined || Number(size) > maxBulk) return foreign
  const content = bytes.subarray(end + 1, end + 1 + Number(size))
  const facts: Reply = { kind: 'facts', text: textOf(content) }
  if (content.length === Number(size)) return whole(facts)
  return part(/^(?:redis|valkey)_version:[^\r\n]*\r\n/m.test(facts.text) ? facts : null)
}

/** Errors that no other service words so. */
const errors: readonly {
  readonly text: RegExp
  readonly authentication: string | null
  readonly more?: readonly [string, string]
}[] = [
  { text: /^-NOAUTH /, authentication: 'required' },
  { text: /^-ERR operation not permitted$/, authentication: 'required' }, // before 2.6
  { text: /^-NOPERM /, authentication: 'default user restricted' },
  {
    text: /^-DENIED Redis is running in protected mode/,
    authentication: 'none',
    more: ['protected mode', 'yes'],
  },
  { text: /^-LOADING (?:Redis|Valkey|Dragonfly|KeyDB|server)\b/i, authentication: 'none' },
  { text: /^-MASTERDOWN |^-MISCONF Redis /, authentication: 'none' },
  { text: /^-ERR max number of clients reached/, authentication: null },
  { text: /^-ERR Protocol error: /, authentication: null },
  { text: /^-ERR wrong number of arguments for '\w{1,32}' command$/, authentication: 'none' },
  {
    text: /^-ERR unknown command ['`].{0,256}['`],? with args beginning with:/,
    authentication: 'none',
  },
]

function outcomeOf(reply: Reply, { sent, ended }: Heard): Outcome {
  if (reply.kind === 'facts') return factsOutcome(reply.text)
  const { text } = reply
  const found = errors.find((error) => error.text.test(text))
  if (found)
    return recognised('redis', text, {
      banner: text.slice(1),
      details: [
        ...(found.authentication === null
          ? []
          : ([['authentication', found.authentication]] as const)),
        ...(found.more ? [found.more] : []),
      ],
    })
  if (equal(sent, info)) {
    // Operators rename INFO; servers before 5.0 repeat the name and nothing else.
    const isRenamed = /^-ERR unknown command ['`]?INFO['`]?/i.test(text)
    return isRenamed
      ? recognised('redis', text, { banner: text.slice(1), details: [['authentication', 'none']] })
      : not
  }
  // A mail server (POP3) may say as much; a question of ours decides.
  const isLikely = text === '+PONG' || /^-ERR unknown command/.test(text)
  return isLikely && !ended ? { kind: 'ask', send: info } : not
}

/** Lines of `name:value` under headings with `#`. */
function factsOutcome(text: string): Outcome {
  const facts = new Map(
    [...text.matchAll(/^(\w{1,64}):([^\r\n]*)/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    ),
  )
  const product = productOf(facts)
  if (!product) return not
  const named = [...facts].find(([name]) => /^(?:redis|valkey|dragonfly)_version$/.test(name))
  const [mode, system] = [facts.get('redis_mode') ?? facts.get('server_mode'), facts.get('os')]
  return recognised('redis', named?.join(':') ?? 'INFO', {
    product,
    details: [
      ['authentication', 'none'],
      ...(mode ? ([['mode', mode]] as const) : []),
      ...(system ? ([['system', system]] as const) : []),
    ],
  })
}
