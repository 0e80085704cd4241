/** What must hold of every protocol's `hear`, whatever the bytes and however they are cut. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOf } from '../src/protocols/ftp/wire.ts'
import type { Heard, Outcome, Protocol } from '../src/protocols/protocol.ts'

/** An exchange in wire form: one character a byte. */
export interface Said {
  readonly sent?: string | null
  readonly bytes: string
  readonly ended?: boolean
  readonly overTls?: boolean
  /** The exchanges before. */
  readonly earlier?: readonly Said[]
}

export const heardOf = ({ sent, bytes, ended, overTls, earlier }: Said): Heard => ({
  sent: sent == null ? null : bytesOf(sent),
  bytes: bytesOf(bytes),
  ended: ended ?? false,
  overTls: overTls ?? false,
  earlier: (earlier ?? []).map(heardOf),
})

export const hearing = (protocol: Protocol, said: Said): Outcome => protocol.hear(heardOf(said))

/** `outcome` of what each service said, one row a service; `is` rows compare what they name of the recognised. */
export const foundBy = (protocol: Protocol, said: Said) => {
  const outcome = hearing(protocol, said)
  return outcome.kind === 'is' ? outcome.recognised : outcome.kind
}

/**
 * The laws of hearing, as tests: never a throw; decided when no more comes; a verdict does not change when more bytes
 * come; the same bytes cut anywhere end in the same verdict.
 */
export function testHearing(protocol: Protocol, samples: readonly Said[]): void {
  test('no bytes make it throw', () => {
    fc.assert(
      fc.property(anything(samples), (heard) => {
        lawful(protocol.hear(heard), heard)
      }),
      { numRuns: 400 },
    )
  })

  test('a verdict stands when more bytes come', () => {
    fc.assert(
      fc.property(anything(samples), fc.nat(), fc.nat(), (heard, one, other) => {
        const [at, end] = [one, other]
          .map((n) => n % (heard.bytes.length + 1))
          .sort((a, b) => a - b)
        const early = protocol.hear({ ...heard, ended: false, bytes: heard.bytes.subarray(0, at) })
        const late = protocol.hear({ ...heard, bytes: heard.bytes.subarray(0, end) })
        if (early.kind === 'is') expect(verdictOf(late)).toBe(verdictOf(early))
        if (early.kind === 'not') expect(late.kind).toBe('not')
      }),
      { numRuns: 400 },
    )
  })

  test('cut anywhere, the samples end in the same verdict', () => {
    for (const sample of samples) {
      const heard = heardOf(sample)
      const whole = protocol.hear(heard)
      for (let at = 0; at < Math.min(heard.bytes.length, 2048); at++) {
        const part = protocol.hear({ ...heard, ended: false, bytes: heard.bytes.subarray(0, at) })
        if (part.kind === 'is' || part.kind === 'not')
          expect([sample.bytes.slice(0, at), verdictOf(part)]).toEqual([
            sample.bytes.slice(0, at),
            verdictOf(whole),
          ])
      }
    }
  })
}

function lawful(outcome: Outcome, heard: Heard): void {
  if (heard.ended) expect(['is', 'not']).toContain(outcome.kind)
  if (outcome.kind === 'ask') expect(outcome.send.length).toBeGreaterThan(0)
  if (outcome.kind !== 'is') return
  const { evidence, banner, details } = outcome.recognised
  expect(evidence.length).toBeGreaterThan(0)
  for (const text of [banner ?? '', ...evidence.map(({ line }) => line), ...details.flat()])
    expect(text.length).toBeLessThanOrEqual(2048)
}

/** The protocol and what it is by name; the version too. */
const verdictOf = (outcome: Outcome): string => {
  if (outcome.kind !== 'is') return outcome.kind
  const { protocol, product } = outcome.recognised
  return `is ${protocol} ${product?.name} ${product?.version}`
}

/** Noise, samples, and samples that were cut, joined or damaged; as greetings and as answers. */
function anything(samples: readonly Said[]): fc.Arbitrary<Heard> {
  const noise = fc.uint8Array({ maxLength: 200 })
  const sample = fc.constantFrom(...samples.map(heardOf))
  const damaged = fc
    .tuple(sample, fc.nat(), fc.nat(), noise)
    .map(([{ bytes }, from, drop, put]) => {
      const at = from % (bytes.length + 1)
      const after = bytes.subarray(Math.min(bytes.length, at + (drop % 8)))
      return Uint8Array.of(...bytes.subarray(0, at), ...put.subarray(0, 8), ...after)
    })
  return fc.record({
    sent: fc.oneof(
      fc.constant(null),
      noise,
      sample.map(({ sent }) => sent),
    ),
    bytes: fc.oneof(
      noise,
      damaged,
      sample.map(({ bytes }) => bytes),
    ),
    ended: fc.boolean(),
    overTls: fc.boolean(),
    earlier: fc.oneof(
      fc.constant([]),
      sample.map((earlier) => [...(earlier.earlier ?? []), earlier]),
      sample.map(({ earlier }) => earlier ?? []),
    ),
  })
}
