/** IMAP (RFC 9051): an untagged status greets. ID (RFC 2971) is asked where the greeting names no product. */
import type { Heard, Outcome, Protocol } from '../protocol.ts'
import { findSoftware } from '../software.ts'
import {
  answers,
  ask,
  firstLine,
  greetingOf,
  is,
  linesOf,
  more,
  not,
  textOf,
  wasAsked,
} from '../text.ts'
import { mailboxSoftware } from './products.ts'

export const imap: Protocol = {
  id: 'imap',
  title: 'IMAP',
  ports: [143, 993],
  probe: null,
  hear(heard) {
    const { text, ended } = textOf(heard)
    const earlier = heard.sent === null ? undefined : earlierGreeting(heard)
    if (earlier !== undefined) return judgeAnswer(heard, earlier, text, ended)
    const first = firstLine(text, ended, '* OK', '* PREAUTH', '* BYE')
    if (first.kind !== 'line') return first.kind === 'more' ? more : not
    if (!isGreeting(first.line)) return not
    return judgeGreeting(heard, first.line, ended)
  },
}

/** ID names us; both are allowed before any login and change nothing. */
const question = 'p1 CAPABILITY\r\np2 ID ("name" "portreeve")\r\n'

const isGreeting = (line: string): boolean => /^\* (?:OK|PREAUTH|BYE)(?: |$)/.test(line)

function earlierGreeting(heard: Heard): string | undefined {
  const greeting = greetingOf(heard)
  if (!greeting || greeting === heard) return undefined
  const first = firstLine(textOf(greeting).text, true, '* OK', '* PREAUTH', '* BYE')
  return first.kind === 'line' && isGreeting(first.line) ? first.line : undefined
}

function judgeGreeting(heard: Heard, line: string, ended: boolean): Outcome {
  const isOver = ended || line.startsWith('* BYE') || wasAsked(heard, question)
  return isOver || productIn(line) ? found(line, []) : ask(question)
}

function judgeAnswer(heard: Heard, greeting: string, text: string, ended: boolean): Outcome {
  const isOurs = answers(heard, question)
  const { lines } = linesOf(ended ? `${text}\n` : text)
  // Whatever another question was answered with, ours is still to come.
  if (!isOurs) return judgeGreeting(heard, greeting, ended)
  const end = lines.findIndex((line) => /^p2 /.test(line))
  if (end < 0 && !ended) return more
  return found(greeting, end < 0 ? lines : lines.slice(0, end + 1))
}

const greetingText = (line: string): string =>
  line.replace(/^\* \w{1,8} ?/, '').replace(/^\[[^\]]{0,2048}\] ?/, '')

const productIn = (greeting: string) =>
  findSoftware(mailboxSoftware, greetingText(greeting), 'banner')

function found(greeting: string, answered: readonly string[]): Outcome {
  const listed = answered.find((line) => /^\* CAPABILITY /i.test(line))
  const inGreeting = /\[CAPABILITY ([^\]]{0,2048})\]/i.exec(greeting)?.[1]
  const identity = answered.find((line) => /^\* ID \(/i.test(line))
  return is({
    protocol: 'imap',
    line: greeting,
    product: productIn(greeting) ?? (identity ? productOf(identity) : null),
    banner: greetingText(greeting),
    details: [
      ['capabilities', listed?.slice('* CAPABILITY '.length) ?? inGreeting],
      ['id', identity?.slice('* ID '.length)],
    ],
  })
}

/** `* ID ("name" "Cyrus IMAPD" "version" "3.0.8")`: the fields in whatever order. */
function productOf(identity: string) {
  const field = (name: string): string =>
    new RegExp(`"${name}" "([^"]{0,128})"`, 'i').exec(identity)?.[1] ?? ''
  const name = field('name').replace(/imapd$/i, 'IMAP')
  return findSoftware(mailboxSoftware, `${name} ${field('version')}`, 'id')
}
