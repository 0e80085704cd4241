/**
 * Telnet (RFC 854): known by its commands, or by nothing but a login prompt. Many servers show their prompt only after
 * their options are answered: all are refused, once.
 */
import { type Heard, heardLimit, type Outcome, type Protocol } from '../protocol.ts'
import { exchangesOf, is, isCodedGreeting, maxLine, more, not } from '../text.ts'
import { isRefusal, nameOf, readTelnet, refusalOf, type TelnetStream } from './negotiation.ts'
import { findTelnetProduct, systemIn } from './products.ts'

export const telnet: Protocol = {
  id: 'telnet',
  title: 'Telnet',
  ports: [23, 2323],
  probe: null,
  hear(heard) {
    const ended = heard.ended || heard.bytes.length >= heardLimit
    const stream = readTelnet(bytesOfAll(heard))
    const { text, before, isForeign } = stream
    if (isForeign || isCodedGreeting(text.trimStart())) return not
    if (before.length > maxLine || isBinary(before)) return not
    return stream.hasCommands ? judge(heard, stream, ended) : judgeText(heard, stream, ended)
  },
}

const prompt =
  /(?:^|[\r\n ])(?:login|user ?name|user|user id|password|passcode|account|access code) ?: ?/i

function judge(heard: Heard, stream: TelnetStream, ended: boolean): Outcome {
  // Not before the first command, so that the outcome is the same however the bytes are cut.
  const from = stream.before.length
  const at = prompt.exec(stream.text.slice(from))
  if (at) {
    const start = from + at.index
    const negotiations = stream.negotiations.filter(({ after }) => after <= start)
    return found({ ...stream, negotiations }, stream.text.slice(0, start + at[0].length), at[0])
  }
  if (ended) return found(stream, stream.text, null)
  const refusal = refusalOf(stream.negotiations)
  const asked = exchangesOf(heard).some(({ sent }) => isRefusal(sent))
  return stream.isOpen || asked || refusal.length === 0 ? more : { kind: 'ask', send: refusal }
}

/** Without commands only a prompt at the very end tells, of a service that spoke first and waits. */
function judgeText(heard: Heard, stream: TelnetStream, ended: boolean): Outcome {
  const { text } = stream
  if (!ended) return more
  if (exchangesOf(heard).some(({ sent }) => sent !== null)) return not
  const last = prompt.exec(text.slice(-64))
  const isPrompt = last !== null && text.slice(-64).length === last.index + last[0].length
  return isPrompt ? found(stream, text, last[0]) : not
}

function found(stream: TelnetStream, text: string, asks: string | null): Outcome {
  const options = stream.negotiations.map(nameOf).join(', ')
  return is({
    protocol: 'telnet',
    line: options === '' ? text.trim().slice(-64) : `IAC ${options}`,
    product: findTelnetProduct(text, stream.negotiations),
    banner: text.trim(),
    details: [
      ['options', options],
      ['prompt', asks?.trim()],
      ['system', systemIn(text)],
    ],
  })
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes tell binary protocols from text
const isBinary = (text: string): boolean => /[\x01-\x06\x0e-\x1a\x1c-\x1f]/.test(text)

function bytesOfAll(heard: Heard): Uint8Array {
  const parts = exchangesOf(heard).map(({ bytes }) => bytes.subarray(0, heardLimit))
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
