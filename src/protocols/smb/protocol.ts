/** SMB: the newest dialect the server speaks with us and whether it wants messages signed, told before any login. */
import { begins, equal, uint } from '../bytes.ts'
import type { Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, part, type Reading, recognised, whole } from '../reading.ts'
import { anyNegotiate, secondNegotiate } from './frames.ts'

export const smb: Protocol = {
  id: 'smb',
  title: 'SMB',
  ports: [445, 139],
  probe: anyNegotiate,
  hear: (heard) =>
    judge(heard, readAnswer, (answer) => {
      // 0x02ff promises SMB2 and leaves the dialect to a second question (MS-SMB2 §3.2.5.2).
      const isOpen = answer.kind === 'smb2' && answer.dialect === 0x02ff
      return isOpen && !heard.ended && !equal(heard.sent, secondNegotiate)
        ? { kind: 'ask', send: secondNegotiate }
        : outcomeOf(answer)
    }),
}

type Answer =
  | { readonly kind: 'smb1'; readonly dialect: number; readonly security: number | null }
  | {
      readonly kind: 'smb2'
      readonly status: number
      /** Null: the server refused to negotiate. */
      readonly dialect: number | null
      readonly security: number | null
    }
  /** The session service of NetBIOS (RFC 1002 §4.3), which wants to be called by name first. */
  | { readonly kind: 'netbios'; readonly isRefusal: boolean }

const maxMessage = 65_535

function readAnswer(bytes: Uint8Array): Reading<Answer> {
  const netbios = readNetbios(bytes)
  if (netbios.kind !== 'foreign') return netbios
  if (begins(bytes, [0]) === 'no') return foreign
  const size = uint(bytes, 1, 3)
  if (size === undefined) return part()
  if (size < 35 || size > maxMessage) return foreign
  const message = bytes.subarray(4, 4 + size)
  const isWhole = message.length === size
  // Protocol id and command: NEGOTIATE, in SMB2 after sizes and status.
  const [first, second] = [
    begins(message, [0xff, 0x53, 0x4d, 0x42, 0x72]),
    begins(message, [0xfe, 0x53, 0x4d, 0x42, 64, 0, null, null, null, null, null, null, 0, 0]),
  ]
  if (first === 'no' && second === 'no') return foreign
  return first === 'no' ? readSmb2(message, isWhole) : readSmb1(message, isWhole)
}

function readNetbios(bytes: Uint8Array): Reading<Answer> {
  const positive = begins(bytes, [0x82, 0, 0, 0])
  const negative = begins(bytes, [0x83, 0, 0, 1, null])
  const code = bytes[4]
  if (positive === 'yes') return whole({ kind: 'netbios', isRefusal: false })
  if (positive === 'partly' || negative === 'partly') return part()
  const isKnown = code !== undefined && ((code >= 0x80 && code <= 0x83) || code === 0x8f)
  return negative === 'yes' && isKnown ? whole({ kind: 'netbios', isRefusal: true }) : foreign
}

/** Header of 32 bytes; words: 17 for NT LM 0.12, 13 and 1 for older dialects (MS-CIFS §2.2.4.52.2). */
function readSmb1(message: Uint8Array, isWhole: boolean): Reading<Answer> {
  const [flags, words, dialect] = [message[9], message[32], uint(message, 33, 2, 'le')]
  // The reply bit: a server that sends back what it gets is no server of SMB.
  if (flags !== undefined && (flags & 0x80) === 0) return foreign
  if (words !== undefined && words !== 17 && words !== 13 && words !== 1 && words !== 0)
    return foreign
  if (!isWhole) return part()
  if (words === undefined) return foreign
  const isNew = words === 17 && dialect !== undefined
  return whole({
    kind: 'smb1',
    dialect: words === 0 ? 0xffff : (dialect ?? 0xffff),
    security: isNew ? (message[35] ?? null) : null,
  })
}

/** Header of 64 bytes; structure size 65, security mode, dialect (MS-SMB2 §2.2.4), or an error of size 9 (§2.2.2). */
function readSmb2(message: Uint8Array, isWhole: boolean): Reading<Answer> {
  const [status, flags, size] = [uint(message, 8, 4, 'le'), message[16], uint(message, 64, 2, 'le')]
  // SMB2_FLAGS_SERVER_TO_REDIR.
  if (flags !== undefined && (flags & 1) === 0) return foreign
  if (size !== undefined && size !== 65 && size !== 9) return foreign
  if (!isWhole) return part()
  if (status === undefined || size === undefined) return foreign
  if (size === 9) return whole({ kind: 'smb2', status, dialect: null, security: null })
  const [security, dialect] = [uint(message, 66, 2, 'le'), uint(message, 68, 2, 'le')]
  return security === undefined || dialect === undefined
    ? foreign
    : whole({ kind: 'smb2', status, dialect, security })
}

const dialects: Readonly<Record<number, string>> = {
  514: '2.0.2',
  528: '2.1',
  767: '2 or later',
  768: '3.0',
  770: '3.0.2',
  785: '3.1.1',
}

function outcomeOf(answer: Answer): Outcome {
  switch (answer.kind) {
    case 'netbios': {
      const said = answer.isRefusal ? 'negative' : 'positive'
      return recognised('netbios-ssn', `NetBIOS ${said} session response`)
    }
    case 'smb1': {
      const isTaken = answer.dialect !== 0xffff
      return recognised(
        'smb',
        `SMB1 negotiate response, dialect ${isTaken ? answer.dialect : 'none'}`,
        {
          details: [
            [
              'dialect',
              isTaken
                ? answer.security === null
                  ? '1 (before NT LM 0.12)'
                  : '1 (NT LM 0.12)'
                : 'none in common',
            ],
            // MS-CIFS §2.2.4.52.2: 0x04 enabled, 0x08 required.
            ...signing(answer.security, 0x08),
          ],
        },
      )
    }
    case 'smb2': {
      if (answer.dialect === null) {
        const status = answer.status.toString(16).padStart(8, '0')
        return recognised('smb', `SMB2 negotiate refused with status ${status}`, {
          details: [['dialect', 'refused']],
        })
      }
      const dialect = dialects[answer.dialect] ?? `unknown (${answer.dialect.toString(16)})`
      return recognised('smb', `SMB2 negotiate response, dialect ${dialect}`, {
        details: [['dialect', dialect], ...signing(answer.security, 0x02)],
      })
    }
  }
}

const signing = (security: number | null, required: number): (readonly [string, string])[] =>
  security === null ? [] : [['signing', (security & required) === 0 ? 'not required' : 'required']]
