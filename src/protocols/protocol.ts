/** What every wire protocol is to somebody who asks "what answers here?": bytes in, a name or a next question out. */
import type { EvidenceLine, Product } from '../model/service.ts'

/** What was said on one connection, in order. All of it came from the service but the probes. */
export interface Heard {
  /** What was sent before the bytes came: null when the service spoke unasked. */
  readonly sent: Uint8Array | null
  /** Everything received since `sent` (or since the start); at most `heardLimit` bytes. */
  readonly bytes: Uint8Array
  /** No more will come: the service closed, or was silent long enough. */
  readonly ended: boolean
  /** The bytes travelled inside TLS. */
  readonly overTls: boolean
  /** The exchanges before this one on the same connection, in order. */
  readonly earlier?: readonly Heard[]
}
export const heardLimit = 65_536

export type Outcome =
  /** It is this protocol. */
  | { readonly kind: 'is'; readonly recognised: Recognised }
  /** It may be, but the bytes at hand do not decide: more are needed. */
  | { readonly kind: 'more' }
  /** It may be; these bytes, sent on the same connection, decide. */
  | { readonly kind: 'ask'; readonly send: Uint8Array }
  | { readonly kind: 'not' }

export interface Recognised {
  /** Id of the protocol; may be finer than the module's (`winrm` of http, `https`). */
  readonly protocol: string
  readonly product: Product | null
  /** What it said of itself, without codes and framing; as it came. */
  readonly banner: string | null
  /** At least one: the bytes that decided, as a line. */
  readonly evidence: readonly EvidenceLine[]
  readonly details: readonly (readonly [name: string, value: string])[]
}

export interface Protocol {
  /** Lower-case, the word that is printed. */
  readonly id: string
  readonly title: string
  /** Where it is by custom: only the order of probes follows from it, never a verdict. */
  readonly ports: readonly number[]
  /** What makes a service speak that waits for its client; null where the server speaks first. */
  readonly probe: Uint8Array | null
  /** Judges the last exchange of a connection. Never throws, whatever the bytes. */
  hear(heard: Heard): Outcome
}
