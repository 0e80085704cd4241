/**
 * What a reader makes of the bytes so far, and what follows from it. A reader looks at its first message alone, so that
 * its judgement is the same however the bytes were cut: while the message is not whole it is `part`, whatever came.
 */
import type { EvidenceLine, Product } from '../model/service.ts'
import { type Heard, heardLimit, type Outcome, type Recognised } from './protocol.ts'

export type Reading<T> =
  | { readonly kind: 'whole'; readonly value: T }
  /** It may become a message. `value` is what is proved already, should the rest never come. */
  | { readonly kind: 'part'; readonly value: T | null }
  /** It can never become one. */
  | { readonly kind: 'foreign' }

export const foreign = { kind: 'foreign' } as const
export const whole = <T>(value: T): Reading<T> => ({ kind: 'whole', value })
export const part = <T>(value: T | null = null): Reading<T> => ({ kind: 'part', value })

export const not: Outcome = { kind: 'not' }

/** Waits for the rest of a part as long as there can be any; `outcomeOf` says what a message means. */
export function judge<T>(
  { bytes, ended }: Heard,
  read: (bytes: Uint8Array) => Reading<T>,
  outcomeOf: (value: T) => Outcome,
): Outcome {
  const isLast = ended || bytes.length >= heardLimit
  const reading = bytes.length === 0 ? part<T>() : read(bytes)
  switch (reading.kind) {
    case 'foreign':
      return not
    case 'part':
      if (!isLast) return { kind: 'more' }
      return reading.value === null ? not : outcomeOf(reading.value)
    case 'whole':
      return outcomeOf(reading.value)
  }
}

/** A message of its own framing that nothing else sends. */
export const certain = 5
/** Few bytes, in answer to our own question. */
export const likely = 3

const maxText = 512

/** Texts are cut to 512 characters. */
export function recognised(
  protocol: string,
  line: string,
  told: {
    readonly product?: Product | null
    readonly banner?: string | null
    readonly details?: Recognised['details']
    readonly weight?: number
  } = {},
): Outcome {
  const evidence: readonly EvidenceLine[] = [
    { line: line.slice(0, maxText), weight: told.weight ?? certain },
  ]
  return {
    kind: 'is',
    recognised: {
      protocol,
      product: told.product ?? null,
      banner: told.banner?.slice(0, maxText) ?? null,
      evidence,
      details: (told.details ?? []).map(([name, value]) => [name, value.slice(0, maxText)]),
    },
  }
}
