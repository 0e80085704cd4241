/** What one attempt at a connection says of the port. */
import type { ProbeOutcome } from '../model/service.ts'
import type { Dialled } from './connection.ts'

export type Attempt =
  | { readonly kind: 'outcome'; readonly outcome: ProbeOutcome }
  /** This machine ran out of something: says nothing of the port, try again with less in flight. */
  | { readonly kind: 'shortage'; readonly of: 'machine' | 'way' }
  /** We stopped it ourselves: nothing was learnt. */
  | { readonly kind: 'cancelled' }

/**
 * errno names of a machine that ran out of descriptors, buffers or memory; or of what it needs for this one destination:
 * local ports, or a local address of the family, which no waiting brings.
 */
const shortages: ReadonlyMap<string, 'machine' | 'way'> = new Map([
  ['EMFILE', 'machine'],
  ['ENFILE', 'machine'],
  ['ENOBUFS', 'machine'],
  ['ENOMEM', 'machine'],
  ['EAGAIN', 'machine'],
  ['EADDRNOTAVAIL', 'way'],
  ['EADDRINUSE', 'way'],
])

export function attemptOf(dialled: Exclude<Dialled, { kind: 'connected' }>): Attempt {
  const shortage = dialled.code === null ? undefined : shortages.get(dialled.code)
  if (shortage) return { kind: 'shortage', of: shortage }
  switch (dialled.ending) {
    case 'refused':
      return { kind: 'outcome', outcome: 'closed' }
    // RFC 9293 §3.10.7.3: a RST in answer to the SYN is a refusal, so this one came to a connection that stood.
    case 'reset':
    case 'closed-by-server':
      return { kind: 'outcome', outcome: 'open' }
    case 'connect-timeout':
      return { kind: 'outcome', outcome: 'filtered' }
    case 'unreachable':
      return { kind: 'outcome', outcome: 'unreachable' }
    case 'cancelled':
      return { kind: 'cancelled' }
    case 'banned':
      return { kind: 'outcome', outcome: 'banned' }
    case 'completed':
    case 'silent':
    case 'too-slow':
    case 'line-too-long':
    case 'reply-too-long':
    case 'too-much-data':
    case 'not-understood':
    case 'tls-failed':
    case 'local-error':
      return { kind: 'outcome', outcome: 'error' }
  }
}
