/** Names short enough for a line of a table. Whole ids stand in `--explain` and in the formats for machines. */
import { formatPeer, formatTraffic } from '../checks/wording.ts'
import { formatAddress } from '../model/address.ts'
import type { Rule } from '../model/estate.ts'
import type { Exposure } from '../model/exposure.ts'
import type { Resource } from '../model/resource.ts'

/** The name at the end of an ARM id or ARN; any other id as it is. */
export function shortId(id: string): string {
  if (/^\/subscriptions\//i.test(id)) return id.split('/').at(-1) || id
  if (!id.startsWith('arn:')) return id
  // `…:loadbalancer/net/NAME/HASH`, `…:accelerator/NAME`.
  const parts = id.slice(id.lastIndexOf(':') + 1).split('/')
  return parts.at(parts.length > 2 ? -2 : -1) || id
}

/** `web-1 (i-0abc)`; what has a long id goes by its name alone. */
export function shortResource({ name, id }: Resource): string {
  const short = shortId(id)
  if (!name || name === id || name === short) return short
  return short === id ? `${name} (${id})` : name
}

/** `123456789012 · eu-west-1` beside an id that tells its kind, `azure virtual machine · rg-web · 2feb8f89…`. */
export function shortPlace({ provider, kind, id, account, region }: Resource): string {
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\//i.exec(id)?.[1]
  const what = /^(sg|i|eni)-[0-9a-f]/.test(id) ? null : `${provider} ${kind.replaceAll('-', ' ')}`
  const isLong = account !== null && /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(account)
  const where = [group, isLong ? `${account.slice(0, 8)}…` : account, group ? null : region]
  return [what, ...where].filter(Boolean).join(' · ')
}

/** What a check looks for, without what its resource's kind says already: `unrestricted-ftp`, `wide-sources`. */
export const shortCheck = (id: string): string =>
  id.replace(
    /^(aws|azure|gcp)-(security-group|network-security-group|virtual-machine|firewall|network-acl)-/,
    '',
  )

/** `sgr-0123`, `rule ssh`, `tcp 20-21 from 0.0.0.0/0` where a rule has no name of its own. */
export function shortRule(rule: Rule): string {
  if (rule.id === null) return `${formatTraffic(rule.what)} from ${formatPeer(rule.peer)}`
  const short = shortId(rule.id)
  return short === rule.id ? short : `rule ${short}`
}

/** What of a rule's text stands in an exposure's step whose rule is not at hand. */
export const shortRuleText = (rule: string): string => {
  const short = shortId(rule)
  return short === rule ? rule : `rule ${short}`
}

/** A line from elsewhere with its ARM ids cut down to names. */
export const shortText = (text: string): string =>
  text.replace(/\/subscriptions\/[^\s,;:()]+/gi, (id) => shortId(id))

const shownAddresses = 2

/** `web-1 at 203.0.113.5, 2001:db8::5 through load balancer web`, of ways to one machine; `mark` stands behind its name. */
export function shortEntry(ways: readonly Exposure[], mark: string): string {
  const [first] = ways as [Exposure]
  const { name, id } = first.machine ?? first.target
  const addresses = distinct(ways.flatMap(({ entry }) => entry.addresses.map(formatAddress)))
  const places =
    addresses.length > 0 ? addresses : distinct(ways.flatMap(({ entry }) => entry.names))
  const fronts = distinct(
    ways.flatMap(({ entry: { front } }) =>
      front ? `${front.kind.replaceAll('-', ' ')} ${shortId(front.id)}` : [],
    ),
  )
  const more = places.length - shownAddresses
  const shown = places.slice(0, shownAddresses).join(', ') + (more > 0 ? ` and ${more} more` : '')
  const at = shown === '' ? '' : ` at ${shown}`
  const through = fronts.length > 0 ? ` through ${fronts.slice(0, shownAddresses).join(', ')}` : ''
  return `${name || shortId(id)}${mark}${at}${through}`
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

/** For each document the shortest tail of its path that no other of these has. */
export function shortDocuments(documents: Iterable<string>): (document: string) => string {
  const all = [...new Set(documents)]
  const short = new Map<string, string>()
  for (let length = 1, left = all; left.length > 0; length++) {
    const byTail = Map.groupBy(left, (document) => tailOf(document, length))
    left = []
    for (const [tail, own] of byTail) {
      if (own.length === 1) short.set(own[0] as string, tail)
      else left.push(...own)
    }
  }
  return (document) => short.get(document) ?? document
}

function tailOf(document: string, segments: number): string {
  const parts = document.split('/')
  // A whole path ends the search for two that differ in the slashes alone.
  return segments >= parts.length ? document : parts.slice(-segments).join('/')
}
