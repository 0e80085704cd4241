/** Load balancers with frontends, backend pools, rules and inbound NAT: `az network lb list`, `az network cross-region-lb list`. */
import { type Address, parseAddress } from '../../../model/address.ts'
import { gap } from '../../../model/gap.ts'
import { isPort, ports as portsOf } from '../../../model/port-set.ts'
import {
  everyPort,
  type Transport,
  type TransportPorts,
  transportPorts,
} from '../../../model/traffic-set.ts'
import type { ArmKey } from '../arm-id.ts'
import {
  child,
  children,
  type Element,
  has,
  number,
  type Reference,
  reference,
  references,
  text,
  truth,
} from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'
import { readSku, type Sku } from './public-ip-address.ts'

/** One address that a balancer listens on. */
export interface Frontend {
  readonly key: ArmKey
  readonly name: string
  readonly publicAddress: Reference | null
  readonly privateAddress: Address | null
  readonly subnet: Reference | null
  readonly gatewayBalancer: Reference | null
  readonly at: Element['at']
}
/** A member of a pool that is named by address, or (of a cross-region balancer) as another balancer's frontend. */
export interface PoolAddress {
  readonly address: Address | null
  /** The virtual network or subnet that the address is in. */
  readonly network: ArmKey | null
  readonly configuration: Reference | null
  readonly frontend: Reference | null
  /** The front ports that inbound NAT rules gave this member, by rule name in lower case. */
  readonly natPorts: ReadonlyMap<string, readonly number[]>
  readonly at: Element['at']
}
export interface BackendPool {
  readonly key: ArmKey
  readonly configurations: readonly Reference[]
  readonly addresses: readonly PoolAddress[]
}
/** What a rule passes on: `to` is the port behind, or `same`. */
export interface BalancerRule {
  readonly key: ArmKey
  readonly name: string
  readonly kind: 'balancing' | 'inbound-nat' | 'inbound-nat-pool'
  readonly frontend: ArmKey | null
  readonly what: TransportPorts
  readonly to: number | 'same'
  readonly isFloating: boolean
  readonly pools: readonly Reference[]
  /** The one configuration that a single inbound NAT rule leads to. */
  readonly configuration: Reference | null
  readonly at: Element['at']
}
export interface LoadBalancer extends Identity {
  readonly sku: Sku | 'gateway'
  readonly isGlobal: boolean
  readonly frontends: readonly Frontend[]
  readonly pools: readonly BackendPool[]
  readonly rules: readonly BalancerRule[]
}

export const loadBalancers: ResourceKind<LoadBalancer> = {
  collection: 'load-balancers',
  types: ['microsoft.network/loadbalancers'],
  read: (element, identity) => {
    if (!has(element, 'frontendIPConfigurations'))
      return withoutDetails(element, 'load balancer', '`az network lb list`')
    const sku = child(element, 'sku')
    const skuName = sku && text(sku, 'name')
    return {
      ...identity,
      sku: skuName?.toLowerCase() === 'gateway' ? 'gateway' : readSku(skuName),
      isGlobal: (sku && text(sku, 'tier'))?.toLowerCase() === 'global',
      frontends: children(element, 'frontendIPConfigurations').map((one) =>
        readFrontend(one, identity),
      ),
      pools: children(element, 'backendAddressPools').map((one) => readPool(one, identity)),
      rules: [
        ...children(element, 'loadBalancingRules').flatMap((one) =>
          readRule(one, 'balancing', identity),
        ),
        ...children(element, 'inboundNatRules').flatMap((one) =>
          readRule(one, 'inbound-nat', identity),
        ),
        ...children(element, 'inboundNatPools').flatMap((one) =>
          readRule(one, 'inbound-nat-pool', identity),
        ),
      ],
    }
  },
}

/** The key of a part: its own id, or what it would be. */
const partKey = (element: Element, parent: Identity, kind: string): ArmKey =>
  text(element, 'id')?.toLowerCase() ??
  `${parent.key}/${kind}/${(text(element, 'name') ?? '').toLowerCase()}`

export function readFrontend(element: Element, parent: Identity): Frontend {
  const printed = text(element, 'privateIPAddress')
  return {
    key: partKey(element, parent, 'frontendipconfigurations'),
    name: text(element, 'name') ?? '',
    publicAddress: reference(element, 'publicIPAddress'),
    privateAddress: (printed === null ? null : parseAddress(printed)) ?? null,
    subnet: reference(element, 'subnet'),
    gatewayBalancer: reference(element, 'gatewayLoadBalancer'),
    at: element.at,
  }
}

function readPool(element: Element, parent: Identity): BackendPool {
  const network = reference(element, 'virtualNetwork')?.key ?? null
  return {
    key: partKey(element, parent, 'backendaddresspools'),
    configurations: references(element, 'backendIPConfigurations'),
    addresses: children(element, 'loadBalancerBackendAddresses').map((one) =>
      readPoolAddress(one, network),
    ),
  }
}

function readPoolAddress(element: Element, network: ArmKey | null): PoolAddress {
  const printed = text(element, 'ipAddress')
  const address = printed === null ? null : parseAddress(printed)
  if (address === undefined)
    element.note(gap('bad-address', `not an IP address: ${JSON.stringify(printed)}`, element.at))
  const natPorts = new Map<string, number[]>()
  for (const mapping of children(element, 'inboundNatRulesPortMapping')) {
    const name = text(mapping, 'inboundNatRuleName')?.toLowerCase() ?? ''
    const port = number(mapping, 'frontendPort')
    if (isPort(port)) natPorts.set(name, [...(natPorts.get(name) ?? []), port])
  }
  return {
    address: address ?? null,
    network:
      reference(element, 'subnet')?.key ?? reference(element, 'virtualNetwork')?.key ?? network,
    configuration: reference(element, 'networkInterfaceIPConfiguration'),
    frontend: reference(element, 'loadBalancerFrontendIPConfiguration'),
    natPorts,
    at: element.at,
  }
}

function readRule(
  element: Element,
  kind: BalancerRule['kind'],
  parent: Identity,
): readonly BalancerRule[] {
  const match = readMatch(element)
  if (!match) return []
  return [
    {
      key: partKey(element, parent, `${kind}-rules`),
      name: text(element, 'name') ?? '',
      kind,
      frontend: reference(element, 'frontendIPConfiguration')?.key ?? null,
      ...match,
      isFloating: truth(element, 'enableFloatingIP') === true,
      pools: distinct([
        ...references(element, 'backendAddressPools'),
        ...[reference(element, 'backendAddressPool')].filter((one) => one !== null),
      ]),
      configuration: reference(element, 'backendIPConfiguration'),
      at: element.at,
    },
  ]
}

const distinct = (all: readonly Reference[]): readonly Reference[] => [
  ...new Map(all.map((one) => [one.key, one])).values(),
]

function readMatch(element: Element): Pick<BalancerRule, 'what' | 'to'> | null {
  const transports = transportsOf(element)
  if (!transports) return null
  const frontend = number(element, 'frontendPort')
  const backend = number(element, 'backendPort')
  const [start, end] = [
    number(element, 'frontendPortRangeStart'),
    number(element, 'frontendPortRangeEnd'),
  ]
  // Port 0 with protocol All is a rule for every port ("HA ports").
  const isEvery = frontend === 0 && !start
  const pair = start && end ? [start, end] : [frontend, frontend]
  const [from, to] = pair
  if (!isEvery && (!isPort(from) || !isPort(to) || from > to)) return badPorts(element)
  if (!isEvery && !isPort(backend)) return badPorts(element)
  const ports = isEvery ? everyPort.tcp : portsOf([from as number, to as number])
  return {
    what: transportPorts(Object.fromEntries(transports.map((transport) => [transport, ports]))),
    to: isEvery ? 'same' : (backend as number),
  }
}

function badPorts({ at, note }: Element): null {
  note(gap('bad-port-range', 'the ports of this balancer rule are missing or out of range', at))
  return null
}

function transportsOf(element: Element): readonly Transport[] | null {
  const spelled = text(element, 'protocol')
  switch (spelled?.toLowerCase()) {
    case 'tcp':
      return ['tcp']
    case 'udp':
      return ['udp']
    case 'all':
    case '*':
      return ['tcp', 'udp']
    default:
      element.note(
        gap('unknown-protocol', `not a protocol: ${JSON.stringify(spelled)}`, element.at),
      )
      return null
  }
}
