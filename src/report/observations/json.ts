/** Passive evidence as NDJSON: a line an observation. What could not be observed is null. */
import { type Address, formatAddress } from '../../model/address.ts'
import { contains } from '../../model/address-set.ts'
import type { Finding } from '../../model/audit.ts'
import type {
  Endpoint,
  Flow,
  FtpSession,
  Observation,
  Place,
  SourceContext,
} from '../../model/observation.ts'
import { internet } from '../../model/public-space.ts'
import { serviceKey } from '../../model/service.ts'
import { escapeText, jsonText } from '../escape.ts'
import { publicId } from '../identity.ts'
import { printer } from '../printer.ts'
import { productObject, serviceBody } from '../services/formats/json.ts'
import { isoSeconds } from '../services/words.ts'

export function observationLine(observation: Observation, context: SourceContext): string {
  switch (observation.kind) {
    case 'service': {
      const { service, at } = observation
      const key = serviceKey(
        networkOf(context, service.address),
        formatAddress(service.address),
        service.port,
      )
      return lineOf({
        ...head('service', key, context, service.address),
        because: placesOf(at),
        ...serviceBody(service),
      })
    }
    case 'ftp-session':
      return lineOf(sessionObject(observation.session, observation.at, context))
    case 'flow':
      return lineOf(flowObject(observation.flow, observation.at, context))
    case 'coverage': {
      const { from, to, complete, sampled, dropped, at } = observation
      const about = [from, to, ...at.map(({ document }) => document)].join('|')
      return lineOf({
        ...head('coverage', about, context, null),
        because: placesOf(at),
        addresses: null,
        ports: null,
        from: from === null ? null : isoSeconds(from),
        to: to === null ? null : isoSeconds(to),
        complete,
        sampled,
        dropped,
      })
    }
    case 'gap': {
      const { key, reason, message } = observation.gap
      return lineOf({ ...head('gap', key, context, null), because: [], reason, message })
    }
  }
}

/** A finding on a service that was seen, in the words of the audit's. */
export function findingLine(finding: Finding, context: SourceContext): string {
  const network = finding.resource.id.startsWith('internet/') ? 'internet' : context.network
  const { origin, vantage } = context
  const head = jsonText({ schema: 1, type: 'finding', origin, network, vantage })
  return `${head.slice(0, -1)},${printer(Infinity).finding(finding).slice(1)}\n`
}

const lineOf = (object: object): string => `${jsonText(object)}\n`

const networkOf = ({ network }: SourceContext, address: Address | null): string =>
  address !== null && contains(internet, address) ? 'internet' : network

const head = (type: string, about: string, context: SourceContext, address: Address | null) => ({
  schema: 1,
  type,
  id: publicId(`${type}|${about}`),
  origin: context.origin,
  network: networkOf(context, address),
  vantage: context.vantage,
})

const placesOf = (at: readonly Place[]) =>
  at.map(({ document, packet, line, offset }) => ({
    document: escapeText(document),
    ...(packet !== undefined && { packet }),
    ...(line !== undefined && { line }),
    ...(offset !== undefined && { offset }),
  }))

const endpoint = ({ address, port }: Endpoint) => ({ address: formatAddress(address), port })
const where = ({ address, port }: Endpoint): string => `${formatAddress(address)}/${port}`
/** Null where no calendar has such a time (ECMA-262, time values). */
const instant = (time: number): string | null =>
  Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : null

function sessionObject(session: FtpSession, at: readonly Place[], context: SourceContext) {
  const { server, client, start, end } = session
  const about = [where(server), where(client), start].join('|')
  return {
    ...head('ftp-session', about, context, server.address),
    because: placesOf(at),
    server: { ...endpoint(server), product: server.product && productObject(server.product) },
    client: { ...endpoint(client), product: client.product && productObject(client.product) },
    start: instant(start),
    end: instant(end),
    startSeen: session.startSeen,
    endSeen: session.endSeen,
    directions: session.directions,
    lostBytes: session.lostBytes,
    encrypted: session.encrypted,
    opaqueFrom: session.opaqueFrom === null ? null : instant(session.opaqueFrom),
    banner: session.banner === null ? null : escapeText(session.banner),
    users: session.users,
    logins: session.logins && { ok: session.logins.ok, failed: session.logins.failed },
    anonymous: session.anonymous,
    authTls: session.authTls,
    commands: session.commands,
    dataChannels:
      session.dataChannels?.map((channel) => ({
        mode: channel.mode,
        announced: endpoint(channel.announced),
        actual: channel.actual && endpoint(channel.actual),
        command: channel.command,
        argument: channel.argument,
        bytes: channel.bytes,
        complete: channel.complete,
        outcome: channel.outcome,
      })) ?? null,
    files:
      session.files?.map((file) => ({
        command: file.command,
        name: file.name,
        nameBase64: file.nameBase64,
        bytes: file.bytes,
        complete: file.complete,
        type: file.type,
        category: file.category,
        sha256: file.sha256,
      })) ?? null,
    signs: session.signs,
  }
}

function flowObject(flow: Flow, at: readonly Place[], context: SourceContext) {
  const { observer, src, dst, original, start, end } = flow
  const about = [observer.kind, observer.id, where(src), where(dst), flow.protocol, start].join('|')
  return {
    ...head('flow', about, context, dst.address),
    because: placesOf(at),
    observer,
    src: endpoint(src),
    dst: endpoint(dst),
    original: original && {
      src: original.src && formatAddress(original.src),
      dst: original.dst && formatAddress(original.dst),
    },
    transport: flow.transport,
    start: instant(start),
    end: instant(end),
    bytes: flow.bytes,
    packets: flow.packets,
    action: flow.action,
    initiator: flow.initiator,
    sampled: flow.sampled,
  }
}
