/** What was seen so far, as the view shows it. Bounded, whatever comes; text in it is as it came. */
import { type Address, formatAddress } from '../model/address.ts'
import type { Endpoint, FtpSession, Observation } from '../model/observation.ts'
import type { Service } from '../model/service.ts'
import { bannerLine, productPhrase, tlsManner } from '../report/services/words.ts'

export interface SeenServer {
  /** `10.0.0.5:2121`, `[2001:db8::5]:21`. */
  readonly where: string
  /** Id of a protocol, `unknown` where nothing told. */
  protocol: string
  product: string | null
  /** Null: could not tell. */
  tls: string | null
  readonly clients: Set<string>
  sessions: number
  /** Null where no session told. */
  logins: { ok: number; failed: number } | null
  files: { count: number; bytes: number } | null
  readonly signs: Set<string>
}

export interface WatchEvent {
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly text: string
}

/** A set of clients that is as large has at least so many. */
export const mostClients = 500
const mostServers = 500
const mostEvents = 200
/** Names of one event's files and users that are shown. */
const mostNames = 3
const longestText = 300

export class WatchTally {
  readonly #servers = new Map<string, SeenServer>()
  readonly #events: WatchEvent[] = []
  sessions = 0
  gaps = 0
  /** Servers seen, those forgotten to stay within memory included. */
  serverCount = 0

  /** The one last heard of first. */
  get servers(): readonly SeenServer[] {
    return [...this.#servers.values()].reverse()
  }
  /** The newest first. */
  get events(): readonly WatchEvent[] {
    return this.#events.toReversed()
  }

  see(observation: Observation, now: number): void {
    switch (observation.kind) {
      case 'service':
        this.#service(observation.service)
        return
      case 'ftp-session':
        this.#session(observation.session)
        return
      case 'gap':
        this.gaps++
        this.say(observation.gap.message, now)
        return
      case 'coverage':
      case 'flow':
        return
    }
  }

  say(text: string, time: number): void {
    this.#events.push({ time, text: text.slice(0, longestText) })
    if (this.#events.length > mostEvents) this.#events.shift()
  }

  #service(service: Service): void {
    const { recognition, protocol, product, ftp, seen } = service
    const server = this.#server(service)
    const named = product === null ? bannerLine(service) : productPhrase(product)
    const isNews = server.protocol !== protocol || (named !== null && server.product !== named)
    server.protocol = protocol
    server.product = named ?? server.product
    if (ftp !== null) {
      server.tls = tlsManner(ftp) ?? server.tls
      if (ftp.anonymous === 'yes') server.signs.add('anonymous-login')
      if (ftp.bounce === 'yes') server.signs.add('bounce')
    }
    if (!isNews) return
    const what = recognition === 'undecided' ? 'could not be recognised' : `speaks ${protocol}`
    this.say(`${server.where} ${what}${named === null ? '' : `: ${named}`}`, seen)
  }

  #session(session: FtpSession): void {
    const { client, logins, files, encrypted, anonymous, signs, end } = session
    const server = this.#server(session.server)
    this.sessions++
    server.sessions++
    server.protocol = 'ftp'
    const { product } = session.server
    if (product !== null) server.product ??= productPhrase(product)
    if (server.clients.size < mostClients) server.clients.add(formatAddress(client.address))
    if (encrypted === 'from-auth') server.tls ??= 'offered'
    if (encrypted === 'implicit') server.tls ??= 'implicit'
    if (logins !== null) {
      server.logins ??= { ok: 0, failed: 0 }
      server.logins.ok += logins.ok
      server.logins.failed += logins.failed
    }
    if (files !== null) {
      server.files ??= { count: 0, bytes: 0 }
      server.files.count += files.length
      for (const { bytes } of files) server.files.bytes += bytes ?? 0
    }
    if (anonymous === true && (logins?.ok ?? 0) > 0) server.signs.add('anonymous-login')
    for (const sign of signs) server.signs.add(sign)
    this.say(sessionText(session, server.where), end)
  }

  #server(end: Pick<Endpoint, 'address' | 'port'>): SeenServer {
    const where = whereOf(end.address, end.port)
    const known = this.#servers.get(where)
    if (known === undefined) this.serverCount++
    const server = known ?? {
      where,
      protocol: 'unknown',
      product: null,
      tls: null,
      clients: new Set<string>(),
      sessions: 0,
      logins: null,
      files: null,
      signs: new Set<string>(),
    }
    // Behind all others: the one last heard of.
    this.#servers.delete(where)
    this.#servers.set(where, server)
    if (this.#servers.size > mostServers) {
      const [oldest] = this.#servers.keys()
      if (oldest !== undefined) this.#servers.delete(oldest)
    }
    return server
  }
}

const whereOf = (address: Address, port: number): string =>
  address.family === 6 ? `[${formatAddress(address)}]:${port}` : `${formatAddress(address)}:${port}`

function sessionText(session: FtpSession, where: string): string {
  const { client, users, logins, files, signs } = session
  const parts = [
    users === null || users.length === 0 ? null : `user ${listed(users)}`,
    loginText(logins),
    files === null || files.length === 0
      ? null
      : listed(files.map(({ command, name }) => `${command} ${name}`)),
    signs.length === 0 ? null : signs.join(', '),
  ].filter((part) => part !== null)
  const told = parts.length === 0 ? '' : `: ${parts.join('; ')}`
  return `${formatAddress(client.address)} at ${where}${told}`
}

function loginText(logins: FtpSession['logins']): string | null {
  if (logins === null) return null
  const { ok, failed } = logins
  if (ok === 0) return failed === 0 ? null : `${failed} failed logins`
  return failed === 0 ? 'logged in' : `logged in after ${failed} failed`
}

const listed = (names: readonly string[]): string =>
  names.slice(0, mostNames).join(', ') +
  (names.length > mostNames ? ` and ${names.length - mostNames} more` : '')
