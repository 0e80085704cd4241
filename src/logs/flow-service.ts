/** Services as a sensor names them: which protocol it saw at an address and port, without a word of what was said. */

import type { Endpoint, Observation, Place } from '../model/observation.ts'
import type { Service, TlsFacts } from '../model/service.ts'

export interface Named {
  readonly server: Endpoint
  readonly seen: number
  /** The sensor's word for the protocol, in lower case: `ftp`, `ssl`, `ssh`. */
  readonly word: string
  /** Which log said so: `service in conn.log`. */
  readonly from: string
  readonly tls?: TlsFacts
  readonly details?: Service['details']
}

/** What sensors call a protocol, and what `protocols/` does, where they differ. */
const ids: Readonly<Record<string, string>> = {
  ssl: 'tls',
  ldap_tcp: 'ldap',
  ldap_udp: 'ldap',
  postgres: 'postgresql',
  pgsql: 'postgresql',
  imap4: 'imap',
  rfb: 'vnc',
  cql: 'cassandra',
}

/** Protocols of the registry that sensors name. */
const known = new Set([
  ...['ftp', 'smtp', 'ssh', 'imap', 'pop3', 'nntp', 'irc', 'vnc', 'mysql', 'rsync', 'tls'],
  ...['mongodb', 'http', 'rtsp', 'sip', 'rdp', 'smb', 'postgresql', 'redis', 'ldap', 'dns', 'mqtt'],
  ...['amqp', 'cassandra', 'telnet', 'x11'],
])

/** Null for words that name no protocol of an application. */
export function protocolOf(word: string): string | null {
  if (word === '' || word === '-' || word === 'failed' || word === 'unknown') return null
  const id = Object.hasOwn(ids, word) ? (ids[word] ?? word) : word
  return known.has(id) ? id : 'unknown'
}

const dayMilliseconds = 86_400_000
const most = 65_536

/** Tells each service once a day of the log's own time: a connection is told as a flow, the service is what is behind them. */
export function serviceTeller() {
  const told = new Set<string>()
  return (named: Named, at: readonly Place[]): readonly Observation[] => {
    const { server, seen, word } = named
    const protocol = protocolOf(word)
    if (protocol === null) return []
    const day = Math.floor(seen / dayMilliseconds)
    const key = `${day} ${server.address.value} ${server.port} ${word}`
    if (told.has(key)) return []
    if (told.size >= most) told.clear()
    told.add(key)
    return [{ kind: 'service', service: serviceOf(named, protocol), at }]
  }
}

function serviceOf(
  { server, seen, word, from, tls, details = [] }: Named,
  protocol: string,
): Service {
  return {
    address: server.address,
    hostname: null,
    port: server.port,
    transport: 'tcp',
    seen,
    // FTP behind TLS looks like any TLS: only a protocol that is spoken in clear is not FTP.
    recognition: protocol === 'ftp' ? 'ftp' : protocol === 'tls' ? 'undecided' : 'not-ftp',
    protocol,
    product: null,
    banner: null,
    ftp: null,
    tls: tls ?? null,
    ended: 'completed',
    evidence: [{ line: `${word} (${from})`, weight: protocol === 'ftp' ? 3 : -5 }],
    details: protocol === 'unknown' ? [['protocol', word], ...details] : details,
  }
}

/** `TLSv12` of Zeek and `TLS 1.2` of Suricata are `TLSv1.2`. */
export function tlsVersion(text: string | null): string | null {
  const [isTls, minor = '0'] = /^TLS ?v?1(?:\.?([0-3]))?$/i.exec(text ?? '') ?? []
  if (isTls !== undefined) return minor === '0' ? 'TLSv1' : `TLSv1.${minor}`
  const [, old] = /^SSL ?v?([23])$/i.exec(text ?? '') ?? []
  return old === undefined ? null : `SSLv${old}`
}
