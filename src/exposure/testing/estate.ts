/** Small estates for tests, in a few words. */
import { type Address, parseAddress } from '../../model/address.ts'
import { addresses, all } from '../../model/address-set.ts'
import type {
  Barrier,
  Estate,
  Filter,
  Leg,
  Path,
  PortMapping,
  Rule,
  Stage,
  StageRole,
  Target,
} from '../../model/estate.ts'
import { allPorts, type PortSet, ports } from '../../model/port-set.ts'
import { type Resource, resourceId } from '../../model/resource.ts'
import { below, documentSource } from '../../model/source.ts'
import { everyPort, type TransportPorts, transportPorts } from '../../model/traffic-set.ts'

const at = documentSource('estate.json')

export const resource = (kind: string, id: string): Resource => ({
  key: resourceId('aws', id),
  provider: 'aws',
  kind,
  id,
  name: null,
  account: '111122223333',
  region: 'eu-west-1',
})

export const ip = (text: string): Address => {
  const address = parseAddress(text)
  if (!address) throw new RangeError(text)
  return address
}

export const tcp = (...parts: readonly (number | readonly [number, number])[]): TransportPorts =>
  transportPorts({ tcp: ports(...parts) })
export const anything = everyPort

let order = 0
/** A rule from CIDRs, or from everybody. */
export const rule = (
  action: Rule['action'],
  what: TransportPorts,
  from: readonly string[] = [],
  more: Partial<Rule> = {},
): Rule => ({
  id: `r${order++}`,
  name: null,
  action,
  order: 0,
  peer: { kind: 'addresses', set: from.length === 0 ? all : addresses(...from) },
  what,
  perhaps: null,
  sourcePorts: allPorts,
  destination: null,
  source: below(at, 'rules', order),
  ...more,
})

export const group = (id: string, ...inbound: readonly Rule[]): Filter => ({
  resource: resource('security-group', id),
  combination: { kind: 'union' },
  inbound,
  outbound: [],
  network: null,
  isDefault: false,
  source: at,
})

/** Rules in the order given. */
export const list = (
  id: string,
  inbound: readonly Rule[],
  outbound: readonly Rule[] = [],
  otherwise: 'deny' | 'next' = 'deny',
): Filter => ({
  ...group(id),
  combination: { kind: 'ordered', otherwise },
  inbound: inbound.map((one, i) => ({ ...one, order: 100 * (i + 1) })),
  outbound: outbound.map((one, i) => ({ ...one, order: 100 * (i + 1) })),
})

export const groups = (...ids: readonly string[]): Staged => ({
  stage: {
    kind: 'union',
    stage: 'security-group',
    filters: ids.map((id) => resourceId('aws', id)),
  },
  role: 'admits',
})
export const acl = (id: string, packet: 'inbound' | 'outbound' = 'inbound'): Staged => ({
  stage: { kind: 'stateless', stage: 'network-acl', filter: resourceId('aws', id), packet },
  role: 'limits',
})
export const ordered = (id: string, ...behind: readonly Stage[]): Staged => ({
  stage: {
    kind: 'ordered',
    stage: 'network-security-group',
    filter: resourceId('aws', id),
    behind,
  },
  role: 'admits',
})
export const route = (...admitted: readonly string[]): Staged => ({
  stage: {
    kind: 'sources',
    stage: 'route',
    filter: 'rtb-1',
    admits: { certain: addresses(...admitted), possible: addresses(...admitted) },
    because: [],
    otherwise: 'no route to an internet gateway',
    gaps: [],
  },
  role: 'limits',
})

export interface Staged {
  readonly stage: Stage
  readonly role: StageRole
}
export const leg = (stages: readonly Staged[], more: Partial<Leg> = {}): Leg => ({
  stages,
  destination: ip('10.0.0.5'),
  scope: null,
  sender: { kind: 'client', groups: [] },
  ...more,
})

export const mapping = (from: number, to: number | 'same'): PortMapping => ({
  transport: 'tcp',
  ports: ports(from) as PortSet,
  to,
  sources: null,
  because: null,
})

export const path = (
  entry: readonly string[],
  legs: readonly Leg[],
  more: Partial<Path> & { readonly barrier?: Barrier } = {},
): Path => ({
  target: resourceId('aws', 'eni-1'),
  entry: { addresses: entry.map(ip), names: [], front: null },
  families: 'ip4',
  legs,
  mappings: [],
  ports: null,
  barrier: null,
  gaps: [],
  ...more,
})

const target: Target = {
  resource: resource('network-interface', 'eni-1'),
  machine: resource('instance', 'i-1'),
  privateAddresses: [ip('10.0.0.5')],
  filters: [],
  internetFacing: 'yes',
  closedByPlatform: null,
  note: null,
  source: at,
}

export const estate = (
  filters: readonly Filter[],
  paths: readonly Path[],
  more: Partial<Estate> = {},
): Estate => ({
  accounts: [],
  filters: new Map(filters.map((filter) => [filter.resource.key, filter])),
  targets: new Map([[target.resource.key, target]]),
  paths,
  groups: new Map(),
  names: new Map(),
  attachments: new Map(),
  coverage: [],
  gaps: [],
  ...more,
})
