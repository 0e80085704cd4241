/** Application gateways: `az network application-gateway list`. Layer 4 listeners and routing rules are read like the others. */
import { type Address, parseAddress } from '../../../model/address.ts'
import type { ArmKey } from '../arm-id.ts'
import {
  children,
  type Element,
  has,
  number,
  type Reference,
  reference,
  references,
  text,
} from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'
import { type Frontend, readFrontend } from './load-balancer.ts'

export interface Listener {
  readonly key: ArmKey
  readonly name: string
  readonly frontend: ArmKey | null
  readonly port: number | null
  readonly at: Element['at']
}
export interface GatewayPool {
  readonly key: ArmKey
  readonly configurations: readonly Reference[]
  readonly addresses: readonly {
    readonly address: Address | null
    readonly fqdn: string | null
    readonly at: Element['at']
  }[]
}
/** Where one routing rule may send what a listener takes; a rule with only redirects ends at the gateway. */
export interface RoutingRule {
  readonly name: string
  readonly listener: ArmKey | null
  readonly ways: readonly { readonly pool: ArmKey; readonly port: number | null }[]
  readonly redirects: boolean
  readonly at: Element['at']
}
export interface ApplicationGateway extends Identity {
  readonly subnet: Reference | null
  readonly frontends: readonly Frontend[]
  readonly listeners: readonly Listener[]
  readonly pools: readonly GatewayPool[]
  readonly rules: readonly RoutingRule[]
}

export const applicationGateways: ResourceKind<ApplicationGateway> = {
  collection: 'application-gateways',
  types: ['microsoft.network/applicationgateways'],
  read: (element, identity) => {
    if (!has(element, 'frontendIPConfigurations'))
      return withoutDetails(element, 'application gateway', '`az network application-gateway list`')
    const ports = portsByKey(element, ['frontendPorts'])
    const settings = portsByKey(element, [
      'backendHttpSettingsCollection',
      'backendSettingsCollection',
    ])
    const maps = new Map(children(element, 'urlPathMaps').map((one) => [keyOf(one), one]))
    return {
      ...identity,
      subnet:
        children(element, 'gatewayIPConfigurations')
          .map((one) => reference(one, 'subnet'))
          .find((subnet) => subnet !== null) ?? null,
      frontends: children(element, 'frontendIPConfigurations').map((one) =>
        readFrontend(one, identity),
      ),
      listeners: [...children(element, 'httpListeners'), ...children(element, 'listeners')].map(
        (one) => ({
          key: keyOf(one),
          name: text(one, 'name') ?? '',
          frontend: reference(one, 'frontendIPConfiguration')?.key ?? null,
          port: ports.get(reference(one, 'frontendPort')?.key ?? '') ?? null,
          at: one.at,
        }),
      ),
      pools: children(element, 'backendAddressPools').map(readPool),
      rules: [
        ...children(element, 'requestRoutingRules'),
        ...children(element, 'routingRules'),
      ].map((one) => readRoutingRule(one, settings, maps)),
    }
  },
}

const keyOf = (element: Element): ArmKey => text(element, 'id')?.toLowerCase() ?? ''

const portsByKey = (
  element: Element,
  fields: readonly string[],
): ReadonlyMap<ArmKey, number | null> =>
  new Map(
    fields.flatMap((field) =>
      children(element, field).map((one) => [keyOf(one), number(one, 'port')] as const),
    ),
  )

const readPool = (element: Element): GatewayPool => ({
  key: keyOf(element),
  configurations: references(element, 'backendIPConfigurations'),
  addresses: children(element, 'backendAddresses').map((one) => {
    const printed = text(one, 'ipAddress')
    return {
      address: (printed === null ? null : parseAddress(printed)) ?? null,
      fqdn: text(one, 'fqdn') ?? (printed !== null && !parseAddress(printed) ? printed : null),
      at: one.at,
    }
  }),
})

function readRoutingRule(
  element: Element,
  settings: ReadonlyMap<ArmKey, number | null>,
  maps: ReadonlyMap<ArmKey, Element>,
): RoutingRule {
  const map = maps.get(reference(element, 'urlPathMap')?.key ?? '')
  const choices = [element, ...(map ? [map, ...children(map, 'pathRules')] : [])]
  const ways = choices.flatMap((choice) => {
    const pool =
      reference(choice, 'backendAddressPool') ?? reference(choice, 'defaultBackendAddressPool')
    const setting =
      reference(choice, 'backendHttpSettings') ??
      reference(choice, 'defaultBackendHttpSettings') ??
      reference(choice, 'backendSettings')
    return pool ? [{ pool: pool.key, port: settings.get(setting?.key ?? '') ?? null }] : []
  })
  return {
    name: text(element, 'name') ?? '',
    listener: (reference(element, 'httpListener') ?? reference(element, 'listener'))?.key ?? null,
    ways,
    redirects: choices.some(
      (choice) =>
        has(choice, 'redirectConfiguration') || has(choice, 'defaultRedirectConfiguration'),
    ),
    at: element.at,
  }
}
