/**
 * SMTP (RFC 5321). Its greeting is FTP's: what tells is the word SMTP in it, the answer to EHLO, and status codes of
 * RFC 3463 behind a refusal, which FTP does not know.
 */
import type { Product } from '../../model/service.ts'
import type { Heard, Outcome, Protocol } from '../protocol.ts'
import { findSoftware } from '../software.ts'
import {
  answers,
  ask,
  type CodedReply,
  exchangesOf,
  is,
  more,
  not,
  readCodedReply,
  textOf,
  wasAsked,
} from '../text.ts'
import { smtpExtensions, smtpSoftware, smtpWording } from './products.ts'

export const smtp: Protocol = {
  id: 'smtp',
  title: 'SMTP',
  ports: [25, 465, 587, 2525],
  probe: null,
  hear(heard) {
    const { text, ended } = textOf(heard)
    const greeting = earlierGreeting(heard)
    const reply = readCodedReply(text, ended)
    if (reply.kind === 'more') return more
    if (reply.kind === 'not')
      return ended && text === '' && greeting && isSmtpGreeting(greeting)
        ? found(heard, greeting, greeting, null)
        : not
    if (heard.sent === null || (greeting === undefined && reply.code === 220))
      return judgeGreeting(heard, reply, ended)
    return judgeAnswer(heard, greeting, reply, ended)
  },
}

/** A name that nobody has (RFC 2606): it stands for no sender. */
const hello = 'EHLO portreeve.invalid\r\n'

function judgeGreeting(heard: Heard, reply: CodedReply, ended: boolean): Outcome {
  if (isSmtpGreeting(reply)) return found(heard, reply, reply, null)
  return mayBeMail(reply) && !ended && !wasAsked(heard, hello) ? ask(hello) : not
}

function judgeAnswer(
  heard: Heard,
  greeting: CodedReply | undefined,
  reply: CodedReply,
  ended: boolean,
): Outcome {
  if (answers(heard, hello) && reply.code === 250) return found(heard, greeting, reply, reply)
  if (hasEnhancedStatus(reply) || listsCommands(reply)) return found(heard, greeting, reply, null)
  // A banner may say anything: a demand to log in, or features, are FTP's whatever it said.
  if (greeting === undefined || !refusals.includes(reply.code)) return not
  if (isSmtpGreeting(greeting)) return found(heard, greeting, greeting, null)
  const isOpen = reply.code >= 500 && !ended
  return mayBeMail(greeting) && isOpen && !wasAsked(heard, hello) ? ask(hello) : not
}

/** Of a command that is not known, or of us: 221 and 421 close. */
const refusals = [221, 421, 500, 501, 502, 503, 504, 550, 554]

/** Says SMTP (or its local sibling LMTP) and nothing of FTP; a refusal to talk at all may carry a status code. */
function isSmtpGreeting(reply: CodedReply): boolean {
  const text = reply.lines.join('\n')
  if (/ftp/i.test(text)) return false
  return /\b(?:E?SMTP|LMTP)/i.test(text) || hasEnhancedStatus(reply)
}

/** FTP servers that say so are left alone; a host called ftp may serve mail. */
const mayBeMail = ({ code, lines }: CodedReply): boolean =>
  code === 220 && (!/ftpd?\b(?!\.\w)/i.test(lines.join('\n')) || /\bE?SMTP/i.test(lines.join('\n')))

/** `5.5.1` behind `502` (RFC 3463), or `(#5.5.1)` at the end, as qmail has it. Never of a greeting: versions look alike. */
function hasEnhancedStatus({ code, lines }: CodedReply): boolean {
  const [first = ''] = lines
  const status =
    /^([245])\.\d{1,3}\.\d{1,3}(?: |$)/.exec(first) ?? /\(#([245])\.\d{1,3}\.\d{1,3}\)$/.exec(first)
  return code !== 220 && status !== null && Number(status[1]) === Math.floor(code / 100)
}

/** The answer to HELP. */
const listsCommands = ({ code, lines }: CodedReply): boolean =>
  code === 214 &&
  ['HELO', 'MAIL', 'RCPT'].every((verb) => lines.join(' ').toUpperCase().includes(verb))

function found(
  heard: Heard,
  greeting: CodedReply | undefined,
  proof: CodedReply,
  extended: CodedReply | null,
): Outcome {
  const [, ...extensions] = extended?.lines ?? []
  const greeted = greeting?.lines.join('\n')
  return is({
    protocol: 'smtp',
    line: proof.first,
    product: productOf(heard, greeting),
    banner: greeted ?? null,
    details: [
      ['variant', greeted !== undefined && /\bLMTP/.test(greeted) ? 'LMTP' : null],
      ['extensions', extensions.join(', ')],
      ['starttls', extended === null ? null : extensions.some(isStartTls) ? 'yes' : 'no'],
    ],
  })
}

const isStartTls = (extension: string): boolean => /^STARTTLS\b/i.test(extension)

function productOf(heard: Heard, greeting: CodedReply | undefined): Product | null {
  const banner = greeting ? findSoftware(smtpSoftware, greeting.lines.join('\n'), 'banner') : null
  if (banner) return banner
  for (const exchange of exchangesOf(heard)) {
    if (exchange.sent === null) continue
    const reply = readCodedReply(textOf(exchange).text, true)
    if (reply.kind !== 'reply') continue
    const told = answers(exchange, hello)
      ? (findSoftware(smtpExtensions, reply.lines.join('\n'), 'ehlo') ??
        findSoftware(smtpSoftware, reply.lines[0] ?? '', 'ehlo'))
      : (findSoftware(smtpWording, reply.first, 'wording') ??
        (reply.code === 214 ? findSoftware(smtpSoftware, reply.lines.join('\n'), 'help') : null))
    if (told) return told
  }
  return null
}

function earlierGreeting({ earlier }: Heard): CodedReply | undefined {
  const first = earlier?.find(({ sent }) => sent === null)
  const reply = first && readCodedReply(textOf(first).text, true)
  return reply?.kind === 'reply' ? reply : undefined
}
