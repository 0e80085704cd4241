/** What the codes of the operating system mean for a conversation (errno names as Node prints them). */
import type { Ending } from '../model/service.ts'

const ofDial: Readonly<Record<string, Ending>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'connect-timeout',
  // A router or a packet filter said no: by ICMP, or on this machine's way out.
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ENOPROTOOPT: 'unreachable',
  EPROTO: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
}

/** How a dial failed; whatever is not the network's doing is this machine's (EMFILE, EADDRNOTAVAIL, ENOBUFS, …). */
export const endingOfDial = (code: string | null): Ending =>
  (code === null ? undefined : ofDial[code]) ?? 'local-error'

/** How a connection that stood was lost. A silent peer that the kernel gave up on was as good as reset. */
export function endingOfLoss(code: string | null): Ending {
  if (code === null) return 'closed-by-server'
  if (code === 'EPROTO' || /^ERR_(SSL|TLS|OSSL)/.test(code)) return 'tls-failed'
  if (code.startsWith('ERR_STREAM')) return 'closed-by-server'
  if (code === 'ETIMEDOUT') return 'reset'
  return endingOfDial(code)
}

export function codeOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : null
}
