/** Which name server this is, from the text that it gives for `version.bind`; operators often put their own. */
import type { Product } from '../../model/service.ts'
import { cpe } from '../cpe.ts'

interface Mark {
  /** Group 1 is the version. */
  readonly text: RegExp
  readonly vendor: string
  readonly name: string
  readonly cpe: readonly [vendor: string, product: string] | null
}

const marks: readonly Mark[] = [
  {
    text: /^dnsmasq-(\d+\.\d+[\w.]*)/,
    vendor: 'Simon Kelley',
    name: 'dnsmasq',
    cpe: ['thekelleys', 'dnsmasq'],
  },
  {
    text: /^unbound (\d+\.\d+\.\d+)/,
    vendor: 'NLnet Labs',
    name: 'Unbound',
    cpe: ['nlnetlabs', 'unbound'],
  },
  { text: /^NSD (\d+\.\d+\.\d+)/, vendor: 'NLnet Labs', name: 'NSD', cpe: ['nlnetlabs', 'nsd'] },
  {
    text: /^PowerDNS Authoritative Server (\d+\.\d+\.\d+)/,
    vendor: 'PowerDNS',
    name: 'PowerDNS Authoritative Server',
    cpe: ['powerdns', 'authoritative'],
  },
  {
    text: /^PowerDNS Recursor (\d+\.\d+\.\d+)/,
    vendor: 'PowerDNS',
    name: 'PowerDNS Recursor',
    cpe: ['powerdns', 'recursor'],
  },
  { text: /^(?:Served by PowerDNS|PowerDNS)\b/, vendor: 'PowerDNS', name: 'PowerDNS', cpe: null },
  {
    text: /^Knot DNS (\d+\.\d+\.\d+)/,
    vendor: 'CZ.NIC',
    name: 'Knot DNS',
    cpe: ['nic', 'knot_dns'],
  },
  {
    text: /^CoreDNS-(\d+\.\d+\.\d+)/,
    vendor: 'CoreDNS',
    name: 'CoreDNS',
    cpe: ['coredns.io', 'coredns'],
  },
  { text: /^Microsoft DNS (\d+\.\d+\.\d+)/, vendor: 'Microsoft', name: 'Microsoft DNS', cpe: null },
  // BIND prints its version and no name: `9.18.28-1~deb12u2-Debian`, `9.11.4-P2-RedHat-…`.
  {
    text: /^(?:BIND )?(9\.\d{1,2}\.\d{1,2}(?:-P\d+)?)(?:$|[-+ ])/,
    vendor: 'ISC',
    name: 'BIND',
    cpe: ['isc', 'bind'],
  },
]

export function productOf(printed: string): Product | null {
  for (const { text, vendor, name, cpe: named } of marks) {
    const found = text.exec(printed)
    if (!found) continue
    const [version = null, patch = null] = found[1]?.split('-') ?? []
    return {
      vendor,
      name,
      version: found[1] ?? null,
      cpe: named && cpe(...named, version, patch),
      confidence: 0.9,
      from: ['version.bind'],
    }
  }
  return null
}
