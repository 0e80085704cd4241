/** What must hold of every recogniser of a protocol, whatever the bytes. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Heard, Outcome, Protocol } from '../src/protocols/protocol.ts'

/** One exchange whose bytes are a whole answer. */
export interface Exchange {
  readonly sent: Uint8Array | null
  readonly bytes: Uint8Array
}

export const heard = (
  { sent, bytes }: Exchange,
  ended: Heard['ended'] = false,
  overTls = false,
): Heard => ({ sent, bytes, ended, overTls })

/** `47 45 54`, with any blanks. */
export const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/\s+/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

export const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))

export function holdsTheLaws(protocol: Protocol, answers: readonly Exchange[]): void {
  const someSent = fc.constantFrom<Uint8Array | null>(
    null,
    protocol.probe,
    ...answers.map(({ sent }) => sent),
    ascii('GET / HTTP/1.0\r\n\r\n'),
  )
  const answer = fc.constantFrom(...answers)

  describe(`${protocol.id}, whatever the bytes`, () => {
    test('nothing decides before a byte came, and nothing is recognised without one', () => {
      for (const sent of [null, protocol.probe]) {
        expect(protocol.hear(heard({ sent, bytes: new Uint8Array() }))).toEqual({ kind: 'more' })
        expect(protocol.hear(heard({ sent, bytes: new Uint8Array() }, true))).toEqual({
          kind: 'not',
        })
      }
    })

    test('random bytes do no harm, and end', async () => {
      await fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), someSent, (bytes, sent) => {
          expect(isFair(protocol.hear(heard({ sent, bytes })))).toBe(true)
          expect(protocol.hear(heard({ sent, bytes }, true)).kind).not.toBe('more')
        }),
        { numRuns: 150 },
      )
    })

    test('an answer is the same however it is cut', () => {
      for (const exchange of answers) {
        const final = protocol.hear(heard(exchange))
        for (let end = 0; end < exchange.bytes.length; end++) {
          const bytes = exchange.bytes.subarray(0, end)
          const early = protocol.hear(heard({ sent: exchange.sent, bytes }))
          if (early.kind !== 'more') expect(early).toEqual(final)
        }
        const last = protocol.hear(heard(exchange, true))
        expect(last.kind).not.toBe('more')
        if (final.kind === 'is' || final.kind === 'not') expect(last).toEqual(final)
      }
    })

    test('half an answer is never taken for another protocol', async () => {
      await fc.assert(
        fc.property(answer, fc.double({ min: 0, max: 1, noNaN: true }), (exchange, share) => {
          const whole = protocol.hear(heard(exchange, true))
          const bytes = exchange.bytes.subarray(0, Math.floor(share * exchange.bytes.length))
          const half = protocol.hear(heard({ sent: exchange.sent, bytes }, true))
          expect(isFair(half)).toBe(true)
          if (half.kind === 'is' && whole.kind === 'is')
            expect(half.recognised.protocol).toBe(whole.recognised.protocol)
        }),
        { numRuns: 150 },
      )
    })

    test('flipped bits do no harm', async () => {
      await fc.assert(
        fc.property(
          answer,
          fc.array(fc.nat({ max: 4095 }), { minLength: 1, maxLength: 6 }),
          fc.boolean(),
          ({ sent, bytes }, flips, ended) => {
            const bent = Uint8Array.from(bytes)
            for (const flip of flips) {
              const at = (flip >> 3) % Math.max(1, bent.length)
              bent[at] = (bent[at] ?? 0) ^ (1 << (flip & 7))
            }
            expect(isFair(protocol.hear(heard({ sent, bytes: bent }, ended)))).toBe(true)
          },
        ),
        { numRuns: 300 },
      )
    })
  })
}

/** A verdict says why, within bounds. */
function isFair(outcome: Outcome): boolean {
  if (outcome.kind !== 'is') return true
  const { evidence, details, banner } = outcome.recognised
  const texts = [...evidence.map(({ line }) => line), ...details.map(([, value]) => value)]
  return (
    evidence.length > 0 && texts.every((text) => text.length <= 512) && (banner?.length ?? 0) <= 512
  )
}
