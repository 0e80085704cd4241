/** A control connection as what it tells of its server. */
import { gap } from '../../model/gap.ts'
import type { Ending, Product } from '../../model/service.ts'
import type { Proof } from '../../protocols/ftp/seen-facts.ts'
import type { Recognised } from '../../protocols/protocol.ts'
import type { SeenService } from '../services.ts'
import type { Hosted } from '../services-files.ts'
import { type Control, serverEnd } from './control.ts'
import { bannerOf } from './session-record.ts'

/** Of one that speaks FTP. */
export function serverSeen(
  control: Control,
  product: Product | null,
  hosted: readonly Hosted[],
): SeenService {
  const { session, handshake } = control
  const proofs = [...control.proofs.values()]
  if (product !== null) proofs.push(productSeen)
  return {
    end: serverEnd(control),
    seen: control.last,
    recognition: 'ftp',
    protocol: 'ftp',
    product,
    banner: bannerOf(session),
    evidence: control.evidence,
    details: [],
    ended: endingOf(control),
    proofs,
    features:
      session.features?.list.map(({ name, parameters }) =>
        parameters === '' ? name : `${name} ${parameters}`,
      ) ?? null,
    hosted,
    tls: handshake?.facts ? { facts: handshake.facts, name: handshake.name } : null,
  }
}

/** Of one that does not, or of which nobody can tell; `found` is the name that its first bytes have. */
export function strangerSeen(control: Control, found: Recognised | null): SeenService {
  const { session, otherwise } = control
  const isOther = control.verdict === 'not-ftp' || (found !== null && found.protocol !== 'tls')
  return {
    end: serverEnd(control),
    seen: control.last,
    recognition: isOther ? 'not-ftp' : 'undecided',
    protocol: found?.protocol ?? otherwise ?? (session.tlsSeen ? 'tls' : 'unknown'),
    product: found?.product ?? null,
    banner: found?.banner ?? bannerOf(session),
    evidence: found?.evidence ?? control.evidence,
    details: found?.details ?? [],
    ended: endingOf(control),
    proofs: [],
    features: null,
    hosted: [],
    tls: null,
  }
}

/** What a session had beyond its limits; null where that is nothing. */
export function truncationOf({ tcp, session }: Control) {
  const { channelsBeyond, transfersBeyond, channels, transfers } = session
  if (channelsBeyond + transfersBeyond === 0) return null
  return gap(
    'ftp-session-truncated',
    `a session of ${channels.length + channelsBeyond} data channels and ${transfers.length + transfersBeyond} transfers is told of with the first ${channels.length} and ${transfers.length}`,
    null,
    `${tcp.document}#${tcp.packet}`,
  )
}

const productSeen: Proof = {
  id: 'product',
  answer: 'yes',
  reason: 'seen',
  lines: [],
  authenticatedAs: null,
}

function endingOf({ session, closed }: Control): Ending {
  if (session.ended === 'quit') return 'completed'
  if (session.ended === 'closed-by-server') return 'closed-by-server'
  if (closed?.reason === 'reset') return 'reset'
  return closed?.reason === 'fin' ? 'completed' : 'cancelled'
}
