/**
 * One line of an AWS flow log, from bytes into the columns of a batch: no text, no object, one pass. Whatever is not a plain
 * row of the plan answers `odd` and leaves the batch as it was; words for it are found by slower code.
 */
import { parseIp6 } from '../model/address.ts'
import type { FlowBatch } from '../model/flow-batch.ts'
import { duty } from './aws-fields.ts'

export const odd = -1

const space = 32
const lineFeed = 10
const carriageReturn = 13
const dash = 45
const dot = 46
const zero = 48
/** Seconds beyond which no date of this platform lies (ECMA-262 §21.4.1.1). */
const lastSecond = 8.64e12

/** Position after the line end, or `odd`. The chunk must hold a line feed at or after `at`. */
export type RowParser = (bytes: Uint8Array, at: number, into: FlowBatch) => number

/** `plan` is the duty of each field, in order. */
export function rowParser(plan: Uint8Array): RowParser {
  const fields = plan.length
  const names = interner()
  return (bytes, from, into) => {
    const row = into.rows
    let at = from
    let tcpFlags = 0
    let code = 0
    into.bytes[row] = Number.NaN
    into.packets[row] = Number.NaN
    into.action[row] = 0
    into.initiator[row] = 0
    into.originalSrc4[row] = Number.NaN
    into.originalDst4[row] = Number.NaN
    into.observer[row] = ''
    for (let field = 0; ; field++) {
      if (field === fields) return odd
      const what = plan[field] as number
      switch (what) {
        case duty.interface: {
          const end = endOfWord(bytes, at)
          if (end === at) return odd
          into.observer[row] = names(bytes, at, end)
          at = end
          break
        }
        case duty.src:
        case duty.dst:
        case duty.originalSrc:
        case duty.originalDst: {
          const four =
            what === duty.src
              ? into.src4
              : what === duty.dst
                ? into.dst4
                : what === duty.originalSrc
                  ? into.originalSrc4
                  : into.originalDst4
          const six =
            what === duty.src
              ? into.src6
              : what === duty.dst
                ? into.dst6
                : what === duty.originalSrc
                  ? into.originalSrc6
                  : into.originalDst6
          let value = 0
          let octet = 0
          let dots = 0
          let digits = 0
          const start = at
          for (;;) {
            code = bytes[at] as number
            const digit = code - zero
            if (digit >= 0 && digit <= 9) {
              // A leading zero means octal to some.
              if (digits > 0 && octet === 0) break
              octet = octet * 10 + digit
              digits++
            } else if (code === dot && digits > 0 && octet <= 255) {
              value = value * 256 + octet
              octet = 0
              digits = 0
              dots++
            } else break
            at++
          }
          if (dots === 3 && digits > 0 && octet <= 255 && code <= space && at - start <= 15) {
            four[row] = value * 256 + octet
            six[row] = null
            break
          }
          const end = endOfWord(bytes, start)
          at = end
          four[row] = Number.NaN
          if (isDash(bytes, start, end)) {
            if (what === duty.src || what === duty.dst) return odd
            six[row] = null
            break
          }
          const address = end - start > 45 ? undefined : parseIp6(textOf(bytes, start, end))
          if (address === undefined) return odd
          six[row] = address
          break
        }
        case duty.srcPort:
        case duty.dstPort:
        case duty.protocol:
        case duty.packets:
        case duty.bytes:
        case duty.start:
        case duty.end:
        case duty.tcpFlags: {
          let value = 0
          const start = at
          for (;;) {
            code = bytes[at] as number
            if (code < zero || code > 57) break
            value = value * 10 + code - zero
            at++
          }
          if (at - start > 15) return odd
          const isAbsent = at === start && code === dash
          if (isAbsent) at++
          else if (at === start) return odd
          switch (what) {
            case duty.srcPort:
              if (isAbsent || value > 0xffff) return odd
              into.srcPort[row] = value
              break
            case duty.dstPort:
              if (isAbsent || value > 0xffff) return odd
              into.dstPort[row] = value
              break
            case duty.protocol:
              if (isAbsent || value > 255) return odd
              into.protocol[row] = value
              break
            case duty.packets:
              if (!isAbsent) into.packets[row] = value
              break
            case duty.bytes:
              if (!isAbsent) into.bytes[row] = value
              break
            case duty.start:
              if (isAbsent || value > lastSecond) return odd
              into.start[row] = value * 1000
              break
            case duty.end:
              if (isAbsent || value > lastSecond) return odd
              into.end[row] = value * 1000
              break
            default:
              tcpFlags = value
          }
          break
        }
        case duty.action: {
          const end = endOfWord(bytes, at)
          if (isWord(bytes, at, end, accept)) into.action[row] = 1
          else if (isWord(bytes, at, end, reject)) into.action[row] = 2
          else if (!isDash(bytes, at, end)) return odd
          at = end
          break
        }
        case duty.status:
          if (bytes[at] !== 79 || bytes[at + 1] !== 75) return odd
          at += 2
          break
        default:
          at = endOfWord(bytes, at)
      }
      code = bytes[at] as number
      if (code === space && field < fields - 1) {
        at++
        continue
      }
      if (field !== fields - 1) return odd
      if (code === carriageReturn) code = bytes[++at] as number
      if (code !== lineFeed) return odd
      at++
      break
    }
    // Flags are of what the source sent: SYN (2) opens, SYN with ACK (16) answers. ACK is told only beside SYN.
    if (into.protocol[row] === 6 && (tcpFlags & 2) !== 0)
      into.initiator[row] = (tcpFlags & 16) === 0 ? 1 : 2
    into.rows = row + 1
    return at
  }
}

const accept = [...'ACCEPT'].map((letter) => letter.charCodeAt(0))
const reject = [...'REJECT'].map((letter) => letter.charCodeAt(0))

function endOfWord(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    const code = bytes[at] as number
    if (code === space || code === lineFeed || code === carriageReturn) return at
    at++
  }
}

const isDash = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from === 1 && bytes[from] === dash

function isWord(bytes: Uint8Array, from: number, to: number, word: readonly number[]): boolean {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false
  return true
}

const textOf = (bytes: Uint8Array, from: number, to: number): string => {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] as number)
  return text
}

/** One string for each name seen, found by its bytes. A clash of hashes costs a new string, never a wrong one. */
function interner(): (bytes: Uint8Array, from: number, to: number) => string {
  const slots: (string | undefined)[] = new Array<undefined>(4096).fill(undefined)
  return (bytes, from, to) => {
    let hash = to - from
    for (let at = from; at < to; at++) hash = (hash * 31 + (bytes[at] as number)) | 0
    const slot = hash & 4095
    const known = slots[slot]
    if (known !== undefined && isSame(known, bytes, from, to)) return known
    const text = textOf(bytes, from, Math.min(to, from + 256))
    slots[slot] = text
    return text
  }
}

function isSame(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false
  return true
}
