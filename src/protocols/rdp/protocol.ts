/** Remote Desktop: which security the server chooses, told before any login (MS-RDPBCGR §1.3.1.1, §2.2.1.1, §2.2.1.2). */
import { begins, equal, field, frame, uint, zeros } from '../bytes.ts'
import type { Protocol } from '../protocol.ts'
import {
  certain,
  foreign,
  judge,
  likely,
  not,
  part,
  type Reading,
  recognised,
  whole,
} from '../reading.ts'

/**
 * X.224 Connection Request in a TPKT (RFC 1006) with an RDP Negotiation Request for TLS (1), CredSSP (2) and CredSSP
 * with early authorisation (8). The optional cookie, which would name a user, is left out.
 */
const request = frame(
  ...[3, 0, field(19, 2)], // TPKT: version, reserved, length in all
  ...[14, 0xe0, zeros(4), 0], // X.224: length, CR, references, class 0
  ...[1, 0, field(8, 2, 'le'), field(0x0b, 4, 'le')], // TYPE_RDP_NEG_REQ
)

export const rdp: Protocol = {
  id: 'rdp',
  title: 'Remote Desktop (RDP)',
  ports: [3389, 3388],
  probe: request,
  hear(heard) {
    return judge(heard, readConfirm, (confirm) => {
      // Without negotiation data it may be any X.224 server, unless it answers our request.
      if (confirm.kind === 'plain' && !equal(heard.sent, request)) return not
      const [line, details] = told(confirm)
      return recognised('rdp', `X.224 Connection Confirm: ${line}`, {
        details,
        weight: confirm.kind === 'plain' ? likely : certain,
      })
    })
  },
}

type Confirm =
  | { readonly kind: 'chosen'; readonly protocol: number; readonly flags: number }
  | { readonly kind: 'refused'; readonly code: number }
  /** Servers before Windows Server 2003 SP1, or with the oldest security only, negotiate nothing. */
  | { readonly kind: 'plain' }

/** TPKT, X.224 Connection Confirm, and RDP Negotiation Response (type 2) or Failure (type 3). */
function readConfirm(bytes: Uint8Array): Reading<Confirm> {
  const start = begins(bytes, [3, 0, 0, null, null, null, 0, 0])
  if (start === 'no') return foreign
  const [total, length, code] = [uint(bytes, 2, 2), bytes[4], bytes[5]]
  if (total !== undefined && total !== 11 && total !== 19) return foreign
  if (length !== undefined && total !== undefined && length !== total - 5) return foreign
  if (code !== undefined && (code & 0xf0) !== 0xd0) return foreign
  if (total === undefined || bytes.length < 11) return part()
  if (total === 11) return whole({ kind: 'plain' })
  const [type, flags, size, value] = [
    bytes[11],
    bytes[12],
    uint(bytes, 13, 2, 'le'),
    uint(bytes, 15, 4, 'le'),
  ]
  if (type !== undefined && type !== 2 && type !== 3) return foreign
  if (size !== undefined && size !== 8) return foreign
  if (flags === undefined || value === undefined) return part()
  if (type === 3) return whole({ kind: 'refused', code: value })
  return whole({ kind: 'chosen', protocol: value, flags })
}

/** RDP_NEG_RSP selectedProtocol. */
const securities: Readonly<Record<number, string>> = {
  0: 'standard RDP security',
  1: 'TLS',
  2: 'CredSSP',
  4: 'RDSTLS',
  8: 'CredSSP',
  16: 'Entra ID (RDS AAD)',
}
/** RDP_NEG_FAILURE failureCode. */
const refusals: Readonly<Record<number, string>> = {
  1: 'TLS required by the server',
  2: 'TLS not allowed by the server',
  3: 'no TLS certificate on the server',
  4: 'inconsistent flags',
  5: 'CredSSP required by the server',
  6: 'TLS with a user certificate required by the server',
}
/** RESTRICTED_ADMIN_MODE_SUPPORTED: a login whose hash is enough. */
const restrictedAdmin = 0x08

function told(confirm: Confirm): [string, (readonly [string, string])[]] {
  switch (confirm.kind) {
    case 'plain':
      return ['no negotiation', [['security', 'standard RDP security']]]
    case 'refused': {
      const reason = refusals[confirm.code] ?? `failure ${confirm.code}`
      return [`refused: ${reason}`, [['security', reason]]]
    }
    case 'chosen': {
      const security = securities[confirm.protocol] ?? `unknown (${confirm.protocol})`
      const isRestricted = (confirm.flags & restrictedAdmin) !== 0
      return [
        `${security} chosen`,
        [
          ['security', security],
          ...(isRestricted ? ([['restricted admin', 'supported']] as const) : []),
        ],
      ]
    }
  }
}
