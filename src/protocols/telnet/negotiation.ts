/** The Telnet stream (RFC 854, RFC 855): commands taken out of the text. */
import { wireOf } from '../ftp/wire.ts'

export const verbs = { 251: 'WILL', 252: 'WONT', 253: 'DO', 254: 'DONT' } as const
export type Verb = (typeof verbs)[keyof typeof verbs]

export interface Negotiation {
  readonly verb: Verb
  readonly option: number
  /** How much text came before it. */
  readonly after: number
}

export interface TelnetStream {
  /** In order; at most `maxNegotiations`. */
  readonly negotiations: readonly Negotiation[]
  /** Whether there was any command. */
  readonly hasCommands: boolean
  /** Wire form, without commands and NUL. */
  readonly text: string
  /** What of it came before the first command. */
  readonly before: string
  /** A command has begun whose end is not there. */
  readonly isOpen: boolean
  /** The first 0xff begins no command: this is no Telnet. */
  readonly isForeign: boolean
}

const IAC = 255
const SB = 250
const SE = 240
const maxNegotiations = 64
const maxSubnegotiation = 1024

export function readTelnet(bytes: Uint8Array): TelnetStream {
  const negotiations: Negotiation[] = []
  let text = ''
  let before: string | null = null
  let at = 0
  const done = (end: { isOpen?: boolean; isForeign?: boolean }): TelnetStream => ({
    negotiations,
    hasCommands: before !== null,
    text,
    before: before ?? text,
    isOpen: end.isOpen ?? false,
    isForeign: end.isForeign ?? false,
  })
  for (;;) {
    const next = bytes.indexOf(IAC, at)
    text += wireOf(bytes.subarray(at, next < 0 ? bytes.length : next)).replaceAll('\0', '')
    if (next < 0) return done({})
    const command = bytes[next + 1]
    if (command === undefined) return done({ isOpen: true })
    const verb = verbOf(command)
    if (verb) {
      const option = bytes[next + 2]
      if (option === undefined) return done({ isOpen: true })
      if (negotiations.length < maxNegotiations)
        negotiations.push({ verb, option, after: text.length })
      before ??= text
      at = next + 3
    } else if (command === SB) {
      const end = endOfSubnegotiation(bytes, next + 2)
      if (end === undefined) return done({ isOpen: true })
      before ??= text
      at = end
    } else if (command > SE && command < SB) {
      before ??= text
      at = next + 2
    } else {
      if (before === null && command !== IAC) return done({ isForeign: true })
      // 0xff as a character: doubled, or in a banner that forgets to.
      text += '\xff'
      at = next + (command === IAC ? 2 : 1)
    }
  }
}

const verbOf = (command: number): Verb | undefined =>
  command === 251 || command === 252 || command === 253 || command === 254
    ? verbs[command]
    : undefined

function endOfSubnegotiation(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at < Math.min(bytes.length, from + maxSubnegotiation); at++)
    if (bytes[at] === IAC && bytes[at + 1] === SE) return at + 2
  return undefined
}

/** The answer that refuses each option asked for or offered: WONT and DONT, once an option (RFC 854). */
export function refusalOf(negotiations: readonly Negotiation[]): Uint8Array {
  const refusals = new Map<string, readonly number[]>()
  for (const { verb, option } of negotiations) {
    if (verb === 'DO') refusals.set(`${verb} ${option}`, [IAC, 252, option])
    if (verb === 'WILL') refusals.set(`${verb} ${option}`, [IAC, 254, option])
  }
  return Uint8Array.from([...refusals.values()].flat())
}

export const isRefusal = (sent: Uint8Array | null): boolean =>
  sent !== null && sent.length >= 3 && sent[0] === IAC && (sent[1] === 252 || sent[1] === 254)

/** As IANA's registry of Telnet options has it. */
const optionNames: Readonly<Record<number, string>> = {
  0: 'BINARY',
  1: 'ECHO',
  3: 'SUPPRESS-GO-AHEAD',
  5: 'STATUS',
  6: 'TIMING-MARK',
  24: 'TERMINAL-TYPE',
  31: 'NAWS',
  32: 'TERMINAL-SPEED',
  33: 'TOGGLE-FLOW-CONTROL',
  34: 'LINEMODE',
  35: 'X-DISPLAY-LOCATION',
  36: 'ENVIRON',
  37: 'AUTHENTICATION',
  38: 'ENCRYPT',
  39: 'NEW-ENVIRON',
  44: 'COM-PORT-CONTROL',
}

export const nameOf = ({ verb, option }: Negotiation): string =>
  `${verb} ${optionNames[option] ?? option}`
