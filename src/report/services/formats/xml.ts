/**
 * XML as Nmap writes it (`-oX`, nmap.dtd of xmloutputversion 1.05), so that what reads Nmap's output reads ours. `scanner` is
 * `nmap` because the DTD allows no other name; `args` says who really looked.
 */
import { type Address, formatAddress } from '../../../model/address.ts'
import { count, formatPorts, toPairs } from '../../../model/port-set.ts'
import type { ProbeOutcome, Service } from '../../../model/service.ts'
import { keyOfService, type Look, type Sighting } from '../../../model/sighting.ts'
import { inChunks } from '../../chunks.ts'
import { escapeMarkup } from '../../escape.ts'
import { cpeUri } from '../cpe-uri.ts'
import { findingTallies } from '../findings.ts'
import type { ScanFormat, ScanOptions, ScanSummary, ScanWriter } from '../format.ts'
import { findingsScript, scriptMarkup, scriptsOf } from '../nmap-scripts.ts'
import { addressCount, blindOutcomes, compareAddresses, scanTally } from '../tally.ts'
import { reasonWords } from '../words.ts'

export const xml: ScanFormat = {
  name: 'xml',
  description: 'XML as Nmap writes it, for tools that read that',
  start: writerOf,
}

/** Addresses with their own element although no port of theirs is open; more are only counted. */
const mostHosts = 100_000
/** Open ports without a service line that have their own element; more at an address are only counted. */
const mostSilent = 200

type Shut = 'closed' | 'filtered' | 'unreachable'
interface Host {
  readonly address: Address
  readonly names: Set<string>
  /** Milliseconds since the epoch. */
  first: number
  last: number
  readonly shut: Record<Shut, number>
  /** Markup of each port that is open, but for its end. */
  readonly ports: Map<number, string>
}

function writerOf(look: Look, options: ScanOptions): ScanWriter {
  const tally = scanTally()
  const findings = findingTallies()
  const hosts = new Map<string, Host>()
  let onlyCounted = false

  function hostAt(address: Address, seen: number, isOpen: boolean): Host | undefined {
    const key = formatAddress(address)
    let host = hosts.get(key)
    if (host === undefined) {
      if (!isOpen && hosts.size >= mostHosts) {
        onlyCounted = true
        return undefined
      }
      host = {
        address,
        names: new Set(),
        first: seen,
        last: seen,
        shut: { closed: 0, filtered: 0, unreachable: 0 },
        ports: new Map(),
      }
      hosts.set(key, host)
    }
    host.first = Math.min(host.first, seen)
    host.last = Math.max(host.last, seen)
    return host
  }

  function take(sighting: Sighting): void {
    tally.take(sighting)
    if (sighting.kind === 'service') {
      const { service } = sighting
      const host = hostAt(service.address, service.seen, true)
      if (service.hostname !== null) host?.names.add(service.hostname)
      host?.ports.set(service.port, portHead(service))
    } else if (sighting.kind === 'probe') {
      const { address, outcome, seen, ports } = sighting
      if (outcome === 'open') hostAt(address, seen, true)
      else if (isShut(outcome)) {
        const host = hostAt(address, seen, false)
        if (host) host.shut[outcome] += count(ports)
      }
    }
  }

  return {
    sighting(sighting) {
      take(sighting)
      return ''
    },
    finding(finding) {
      findings.take(finding)
      return ''
    },
    end: (summary) => inChunks(document(summary)),
  }

  function* document(summary: ScanSummary): Generator<string> {
    const coverage = tally.coverage()
    const unseen = unseenByAddress()
    const silent = new Map(tally.silent().map((one) => [formatAddress(one.address), one.silent]))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n'
    yield `<nmaprun scanner="nmap" args="${escapeMarkup(options.commandLine ?? 'portreeve scan')}" ${timeAttributes('start', summary.from)} version="${escapeMarkup(options.version)}" xmloutputversion="1.05">\n`
    if (coverage)
      yield `<scaninfo type="connect" protocol="tcp" numservices="${count(coverage.ports)}" services="${rangesText(coverage.ports)}"/>\n`
    yield '<verbose level="0"/>\n<debugging level="0"/>\n'
    const told = [...hosts].sort(([, a], [, b]) => compareAddresses(a.address, b.address))
    let up = 0
    for (const [key, host] of told) {
      const isUp = host.ports.size > 0 || silent.has(key) || host.shut.closed > 0
      if (isUp) up++
      const comment = unseen.get(key)
      yield `<host starttime="${seconds(host.first)}" endtime="${seconds(host.last)}"${comment ? ` comment="${comment}"` : ''}>`
      yield isUp
        ? '<status state="up" reason="user-set" reason_ttl="0"/>\n'
        : '<status state="unknown" reason="no-response" reason_ttl="0"/>\n'
      yield `<address addr="${key}" addrtype="ipv${host.address.family}"/>\n`
      yield* hostnames(host)
      yield* portList(host, silent.get(key) ?? [])
      yield '</host>\n'
    }
    yield runstats(summary, up)
  }

  function* portList(host: Host, silent: readonly number[]): Generator<string> {
    const isFew = count(silent) <= mostSilent
    yield '<ports>'
    if (!isFew) yield extraPorts('open', count(silent), 'syn-ack')
    yield extraPorts('closed', host.shut.closed, 'conn-refused')
    // A port that cannot be reached is filtered to Nmap, with the reason why.
    yield filteredPorts(host)
    const heads = new Map(host.ports)
    if (isFew)
      for (const [from, to] of toPairs(silent))
        for (let port = from; port <= to; port++) heads.set(port, silentHead(port))
    for (const [port, head] of [...heads].sort(([a], [b]) => a - b)) {
      const own = findings.of(keyOfService(look, { address: host.address, port }))
      const scripts = own ? findingsScript(own) : []
      yield `${head}${scripts.map(scriptMarkup).join('')}</port>\n`
    }
    yield '</ports>\n'
  }

  function unseenByAddress(): ReadonlyMap<string, string> {
    const told = new Map<string, string>()
    for (const outcome of blindOutcomes)
      for (const { address, ports } of tally.unseen(outcome)) {
        const key = formatAddress(address)
        const before = told.get(key)
        const said = `${reasonWords(outcome)}: tcp ${formatPorts(ports)}`
        told.set(key, escapeMarkup(before ? `${before}; ${said}` : said))
      }
    return told
  }

  function runstats({ from, to, stopped }: ScanSummary, up: number): string {
    const coverage = tally.coverage()
    const total = coverage ? addressCount(coverage.addresses) : BigInt(hosts.size)
    // Down is what nothing came from: not known where hosts were only counted, or where not everything was looked at.
    const isKnown = !onlyCounted && tally.isWhole() && total > BigInt(up)
    const down = isKnown ? total - BigInt(up) : 0n
    const elapsed = (Math.max(0, to - from) / 1000).toFixed(2)
    const addresses = `${total} IP ${total === 1n ? 'address' : 'addresses'}`
    const hostsUp = `${up} ${up === 1 ? 'host' : 'hosts'} up`
    const said = `Portreeve done: ${addresses} (${hostsUp}) scanned in ${elapsed} seconds`
    const exit =
      stopped === null
        ? 'exit="success"'
        : `exit="error" errormsg="${escapeMarkup(reasonWords(stopped))}"`
    return (
      `<runstats><finished ${timeAttributes('time', to)} summary="${said}" elapsed="${elapsed}" ${exit}/>` +
      `<hosts up="${up}" down="${down}" total="${total}"/>\n</runstats>\n</nmaprun>\n`
    )
  }
}

const isShut = (outcome: ProbeOutcome): outcome is Shut =>
  outcome === 'closed' || outcome === 'filtered' || outcome === 'unreachable'

function* hostnames({ names }: Host): Generator<string> {
  const told = [...names].map((name) => `<hostname name="${escapeMarkup(name)}" type="user"/>`)
  yield `<hostnames>${told.length > 0 ? `\n${told.join('\n')}\n` : ''}</hostnames>\n`
}

const extraPorts = (state: string, many: number, reason: string): string =>
  many === 0
    ? ''
    : `<extraports state="${state}" count="${many}">\n<extrareasons reason="${reason}" count="${many}"/>\n</extraports>\n`

function filteredPorts({ shut: { filtered, unreachable } }: Host): string {
  if (filtered + unreachable === 0) return ''
  const reasons = [
    ['no-response', filtered],
    ['host-unreach', unreachable],
  ] as const
  const told = reasons
    .filter(([, many]) => many > 0)
    .map(([reason, many]) => `<extrareasons reason="${reason}" count="${many}"/>\n`)
  return `<extraports state="filtered" count="${filtered + unreachable}">\n${told.join('')}</extraports>\n`
}

const openState = '<state state="open" reason="syn-ack" reason_ttl="0"/>'
const silentHead = (port: number): string => `<port protocol="tcp" portid="${port}">${openState}`

const portHead = (service: Service): string =>
  silentHead(service.port) + serviceMarkup(service) + scriptsOf(service).map(scriptMarkup).join('')

/** Names by which Nmap's service probes know what we call otherwise. */
const nmapNames: Readonly<Record<string, string>> = {
  https: 'http',
  winrm: 'http',
  rdp: 'ms-wbt-server',
  smb: 'microsoft-ds',
  dns: 'domain',
  sqlserver: 'ms-sql-s',
  oracle: 'oracle-tns',
  rmi: 'java-rmi',
  cassandra: 'cassandra-native',
  x11: 'X11',
  tls: 'ssl',
}

function serviceMarkup({ protocol, recognition, product, ftp, tls, details }: Service): string {
  if (recognition === 'undecided') return ''
  const isInside = ftp ? ftp.implicitTls === 'yes' : tls !== null || protocol === 'https'
  // `unknown` inside TLS goes by the name of TLS itself and needs no tunnel.
  const tunnel = isInside && protocol !== 'tls'
  const extra = details
    .slice(0, 3)
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ')
    .slice(0, 200)
  const attributes: readonly (readonly [string, string | null])[] = [
    ['name', nmapNames[protocol] ?? protocol],
    ['product', product?.name ?? null],
    ['version', product?.version ?? null],
    ['extrainfo', extra || null],
    ['tunnel', tunnel ? 'ssl' : null],
    ['method', 'probed'],
    // Of the service's name, which was heard and not guessed by the port.
    ['conf', '10'],
  ]
  const told = attributes
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${escapeMarkup(value ?? '')}"`)
    .join('')
  const cpe = product?.cpe ? cpeUri(product.cpe) : null
  return cpe === null
    ? `<service${told}/>`
    : `<service${told}><cpe>${escapeMarkup(cpe)}</cpe></service>`
}

const seconds = (time: number): number => Math.floor(time / 1000)

/** `start="1763715600" startstr="Fri Nov 21 09:00:00 2026"`, in UTC. */
function timeAttributes(name: 'start' | 'time', time: number): string {
  const [weekday, day, month, year, clock] = new Date(time).toUTCString().split(/,? /)
  const text = `${weekday} ${month} ${day?.replace(/^0/, ' ')} ${clock} ${year}`
  return `${name}="${seconds(time)}" ${name}str="${text}"`
}

/** As Nmap writes them: `21-22,443`. */
const rangesText = (ports: readonly number[]): string =>
  toPairs(ports)
    .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
    .join(',')
