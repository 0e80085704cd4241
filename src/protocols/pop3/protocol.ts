/** POP3 (RFC 1939). CAPA (RFC 2449) is asked where the greeting names no product: it may tell the implementation. */
import { mailboxSoftware } from '../imap/products.ts'
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

export const pop3: Protocol = {
  id: 'pop3',
  title: 'POP3',
  ports: [110, 995],
  probe: null,
  hear(heard) {
    const { text, ended } = textOf(heard)
    const greeting = heard.sent === null ? undefined : earlierGreeting(heard)
    if (greeting !== undefined) return judgeAnswer(heard, greeting, text, ended)
    const first = firstLine(text, ended, '+OK', '-ERR')
    if (first.kind !== 'line') return first.kind === 'more' ? more : not
    if (!isStatus(first.line) || isOfOthers(first.line)) return not
    if (heard.sent !== null && !namesPop3(first.line)) return not
    return judgeGreeting(heard, first.line, ended)
  },
}

const question = 'CAPA\r\n'

const isStatus = (line: string): boolean => /^(?:\+OK|-ERR)(?: |$)/.test(line)

/** Redis refuses in the same word, even unasked. */
const isOfOthers = (line: string): boolean =>
  /^-ERR (?:unknown command|wrong number of arguments|max number of clients|Protocol error|'|operation not permitted)/i.test(
    line,
  )

/** Where it was not the first to speak, two words are no proof. */
const namesPop3 = (line: string): boolean =>
  line.startsWith('+OK') && (/\bPOP/i.test(line) || productIn(line) !== null)

function earlierGreeting(heard: Heard): string | undefined {
  const greeting = greetingOf(heard)
  if (!greeting || greeting === heard) return undefined
  const first = firstLine(textOf(greeting).text, true, '+OK', '-ERR')
  return first.kind === 'line' && isStatus(first.line) && !isOfOthers(first.line)
    ? first.line
    : undefined
}

function judgeGreeting(heard: Heard, line: string, ended: boolean): Outcome {
  const isOver = ended || line.startsWith('-ERR') || wasAsked(heard, question)
  return isOver || productIn(line) ? found(line, []) : ask(question)
}

function judgeAnswer(heard: Heard, greeting: string, text: string, ended: boolean): Outcome {
  if (!answers(heard, question)) return judgeGreeting(heard, greeting, ended)
  const { lines } = linesOf(ended ? `${text}\n` : text)
  const end = lines[0]?.startsWith('-ERR') ? 0 : lines.indexOf('.')
  if (end < 0 && !ended) return more
  return found(greeting, end < 0 ? lines.slice(1) : lines.slice(1, end))
}

const greetingText = (line: string): string => line.replace(/^\S{1,4} ?/, '')

const productIn = (greeting: string) =>
  findSoftware(mailboxSoftware, greetingText(greeting), 'banner')

function found(greeting: string, capabilities: readonly string[]): Outcome {
  const implementation = capabilities.find((line) => /^IMPLEMENTATION /i.test(line))
  return is({
    protocol: 'pop3',
    line: greeting,
    product:
      productIn(greeting) ??
      (implementation
        ? findSoftware(mailboxSoftware, implementation.slice('IMPLEMENTATION '.length), 'capa')
        : null),
    banner: greetingText(greeting),
    details: [
      ['capabilities', capabilities.filter((line) => line !== '').join(', ')],
      ['apop', /<[^<>\s]{1,255}>/.test(greeting) ? 'yes' : null],
    ],
  })
}
