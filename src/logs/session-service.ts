/**
 * What the sessions of a log show of their servers. Nobody heard the conversation: a log tells what came to pass, so a login is
 * a yes, and nothing is ever a no.
 */
import type { FtpSession, Observation, Place } from '../model/observation.ts'
import type { FtpCheckId, Product } from '../model/service.ts'
import { factsOf, type Proof } from '../protocols/ftp/seen-facts.ts'

interface Known {
  readonly proofs: ReadonlyMap<FtpCheckId, Proof>
  readonly product: Product | null
  readonly banner: string | null
}

const most = 65_536

/** Tells a server when it is seen first, and again when more is known of it. */
export function sessionServices() {
  const known = new Map<string, Known>()
  return (session: FtpSession, at: readonly Place[]): readonly Observation[] => {
    const { address, port } = session.server
    const key = `${address.value} ${port}`
    const before = known.get(key)
    const now = withSession(before ?? nothing, session)
    if (before !== undefined && now === before) return []
    if (known.size >= most) known.clear()
    known.set(key, now)
    return [{ kind: 'service', service: serviceOf(session, now), at }]
  }
}

const nothing: Known = { proofs: new Map(), product: null, banner: null }

/** The same object where nothing is new. */
function withSession(before: Known, session: FtpSession): Known {
  const fresh = proofsOf(session).filter(({ id }) => !before.proofs.has(id))
  const product = before.product ?? session.server.product
  const banner = before.banner ?? session.banner
  if (fresh.length === 0 && product === before.product && banner === before.banner) return before
  const proofs = new Map(before.proofs)
  for (const proof of fresh) proofs.set(proof.id, proof)
  return { proofs, product, banner }
}

function proofsOf(session: FtpSession): readonly Proof[] {
  const { anonymous, logins, encrypted, authTls, signs, dataChannels, client, files } = session
  const user = session.users?.at(-1) ?? null
  const isClear = encrypted === 'no' && (logins?.ok ?? 0) > 0
  const stored = files?.find(({ command, complete }) => command !== 'RETR' && complete === true)
  const foreign = dataChannels?.find(
    ({ mode, actual }) =>
      mode === 'active' && actual !== null && actual.address.value !== client.address.value,
  )
  return [
    ...(anonymous === true ? [proof('anonymous', 'an anonymous login succeeded', user)] : []),
    ...(isClear && anonymous === true
      ? [proof('clear-login-anonymous', 'an anonymous login succeeded without TLS', user)]
      : []),
    // Of a session with both, nobody knows which login was which; who wrote the sign knows.
    ...((isClear && anonymous === false) || signs.includes('clear-text-login')
      ? [proof('clear-login-accounts', 'a login succeeded without TLS', user)]
      : []),
    ...(authTls === true ? [proof('explicit-tls', 'AUTH TLS was accepted', null)] : []),
    ...(anonymous === true && stored && isOnlyAnonymous(session)
      ? [proof('writable', 'an anonymous user stored a file', user)]
      : []),
    ...(signs.includes('bounce') && foreign
      ? [proof('bounce', 'a data connection went to another address than the client’s', user)]
      : []),
  ]
}

const isOnlyAnonymous = ({ logins }: FtpSession): boolean => logins?.ok === 1

const proof = (id: FtpCheckId, text: string, authenticatedAs: string | null): Proof => ({
  id,
  answer: 'yes',
  reason: 'seen',
  lines: [{ dir: 'note', text: authenticatedAs === null ? text : `${text} (${authenticatedAs})` }],
  authenticatedAs,
})

const serviceOf = ({ server, end }: FtpSession, { proofs, product, banner }: Known) => ({
  address: server.address,
  hostname: null,
  port: server.port,
  transport: 'tcp' as const,
  seen: end,
  recognition: 'ftp' as const,
  protocol: 'ftp',
  product,
  banner,
  ftp: factsOf([...proofs.values()], null, null),
  tls: null,
  ended: 'completed' as const,
  evidence: [{ line: 'a session in a log of FTP', weight: 3 }],
  details: [],
})
