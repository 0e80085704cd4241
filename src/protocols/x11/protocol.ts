/** X11: a connection without a key is taken, refused, or asked for one (X Window System Protocol §8, "Connection Setup"). */
import type { Product } from '../../model/service.ts'
import { begins, equal, field, frame, isPrintable, slice, textOf, uint, zeros } from '../bytes.ts'
import { cpe } from '../cpe.ts'
import type { Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, not, part, type Reading, recognised, whole } from '../reading.ts'

/** Little-endian (`l`), protocol 11.0, no authorisation. */
const setup = frame('l', 0, field(11, 2, 'le'), zeros(8))

export const x11: Protocol = {
  id: 'x11',
  title: 'X11',
  ports: [6000, 6001, 6002, 6003],
  probe: setup,
  // The layout has no mark of its own: it counts only in answer to the question.
  hear: (heard) =>
    equal(heard.sent, setup) || heard.bytes.length === 0
      ? judge(heard, readAnswer, outcomeOf)
      : not,
}

type Answer =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'taken'; readonly vendor: string; readonly release: number }
  | { readonly kind: 'authenticate'; readonly reason: string }

const maxReason = 1024
const maxVendor = 256

/** Outcome, length of the reason, version 11.x, length of the rest in units of four bytes. */
function readAnswer(bytes: Uint8Array): Reading<Answer> {
  const kind = bytes[0] ?? 0
  // The version's place holds nothing in the third outcome.
  const start = kind === 2 ? [2] : [kind, null, 11, 0, null, 0]
  if (kind > 2 || begins(bytes, start) === 'no') return foreign
  const units = uint(bytes, 6, 2, 'le')
  if (units === undefined) return part()
  if (kind === 1) return readTaken(bytes, units)
  const size = units * 4
  if (size === 0 || size > maxReason) return foreign
  const data = bytes.subarray(8, 8 + size)
  const used = kind === 0 ? data.subarray(0, bytes[1]) : data
  const text = textOf(used).replace(/\0+$/, '')
  if (/[^\t\r\n\x20-\x7e]/.test(text.replace(/\0/g, ''))) return foreign
  if (data.length < size) return part()
  const reason = text.trim()
  if (reason === '') return foreign
  return whole(kind === 0 ? { kind: 'refused', reason } : { kind: 'authenticate', reason })
}

/** Release (4) at 8, length of the vendor's name (2) at 24, the name at 40; what follows are screens. */
function readTaken(bytes: Uint8Array, units: number): Reading<Answer> {
  if (units < 8) return foreign
  const [release, length] = [uint(bytes, 8, 4, 'le'), uint(bytes, 24, 2, 'le')]
  if (release === undefined || length === undefined) return part()
  if (length === 0 || length > maxVendor) return foreign
  const vendor = slice(bytes, 40, length)
  if (!vendor) return part()
  return isPrintable(vendor) ? whole({ kind: 'taken', vendor: textOf(vendor), release }) : foreign
}

function outcomeOf(answer: Answer): Outcome {
  switch (answer.kind) {
    case 'refused':
      return recognised('x11', `refused: ${answer.reason}`, {
        banner: answer.reason,
        details: [['access', 'refused']],
      })
    case 'authenticate':
      return recognised('x11', `authentication wanted: ${answer.reason}`, {
        banner: answer.reason,
        details: [['access', 'authentication required']],
      })
    case 'taken':
      return recognised('x11', `connection taken by ${answer.vendor}, release ${answer.release}`, {
        product: productOf(answer.vendor, answer.release),
        banner: answer.vendor,
        details: [['access', 'open to everybody']],
      })
  }
}

/** X.Org prints 12101007 for 1.21.1.7 (xserver, "XORG_VERSION_NUMERIC"). */
function productOf(vendor: string, release: number): Product | null {
  if (!/^The X\.Org Foundation/.test(vendor)) return null
  const digits = [10_000_000, 100_000, 1000, 1].map(
    (unit, at) => Math.floor(release / unit) % (at === 0 ? 1000 : at === 3 ? 1000 : 100),
  )
  const version = release < 10_000_000 ? null : digits.slice(0, digits[3] === 0 ? 3 : 4).join('.')
  return {
    vendor: 'X.Org',
    name: 'X Server',
    version,
    cpe: cpe('x.org', 'x_server', version),
    confidence: 0.8,
    from: ['vendor'],
  }
}
