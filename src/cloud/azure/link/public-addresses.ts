/** Which public addresses an interface's configuration or a balancer's frontend has, from both sides of the reference. */
import type { Barrier } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import type { ArmKey } from '../arm-id.ts'
import type { Reference } from '../element.ts'
import type { Frontend } from '../resources/load-balancer.ts'
import type { IpConfiguration } from '../resources/network-interface.ts'
import {
  type PublicIpAddress,
  publicIpAddresses,
  scaleSetPublicIpAddresses,
} from '../resources/public-ip-address.ts'
import { notReadKinds, type World } from './world.ts'

/** A public address that something has: known, or only referred to. */
export interface OwnAddress {
  readonly known: PublicIpAddress | null
  /** Why its value, or its kind, is not known. */
  readonly gaps: readonly Gap[]
}
export interface PublicAddresses {
  ofConfiguration(configuration: IpConfiguration): readonly OwnAddress[]
  /** Null where the frontend is private. */
  ofFrontend(frontend: Pick<Frontend, 'key' | 'publicAddress'>): OwnAddress | null
  of(reference: Reference): OwnAddress
}

export function publicAddressesOf(world: World): PublicAddresses {
  const byKey = new Map<ArmKey, PublicIpAddress>()
  const byHolder = new Map<ArmKey, PublicIpAddress[]>()
  const hold = (holder: ArmKey, address: PublicIpAddress): void => {
    const held = byHolder.get(holder)
    if (held) held.push(address)
    else byHolder.set(holder, [address])
  }
  for (const address of [
    ...world.draft.all(publicIpAddresses).values(),
    ...world.draft.all(scaleSetPublicIpAddresses).values(),
  ]) {
    byKey.set(address.key, address)
    if (address.holder === null) continue
    hold(address.holder, address)
    const model = modelConfiguration(address.holder)
    if (model !== null) hold(model, address)
  }
  const of = (reference: Reference): OwnAddress => {
    const known = byKey.get(reference.key)
    return known
      ? found(known)
      : { known: null, gaps: [world.notRead(reference, notReadKinds.address)] }
  }
  return {
    of,
    ofFrontend: ({ key, publicAddress }) => {
      if (publicAddress) return of(publicAddress)
      const [held] = byHolder.get(key) ?? []
      return held ? found(held) : null
    },
    ofConfiguration: ({ key, publicAddress, expectsPublicAddress, at }) => {
      const named = publicAddress && byKey.get(publicAddress.key)
      const known = [...new Set([...(named ? [named] : []), ...(byHolder.get(key) ?? [])])]
      if (known.length > 0) return known.map(found)
      if (publicAddress) return [of(publicAddress)]
      return expectsPublicAddress ? [{ known: null, gaps: [instanceAddressesGap(at)] }] : []
    },
  }
}

/**
 * An address that was not given is known to be there and not where; one that is not allocated (dynamic, of a machine that
 * is stopped) is no address now.
 */
export function barrierOf(before: Barrier | null, { known, gaps }: OwnAddress): Barrier | null {
  if (known?.address) return before
  if (known) return { verdict: 'open-but-unreachable', reason: `${known.name} has no address now` }
  const earlier = before?.verdict === 'unknown' ? before.gaps : []
  const all = [...earlier, ...gaps]
  const [first] = all
  return { verdict: 'unknown', reason: first?.message ?? 'its address is not known', gaps: all }
}

/**
 * The configuration in a scale set's model that an instance's configuration was made from:
 * `…/S/virtualMachines/0/networkInterfaces/N/ipConfigurations/C` is `…/S/networkInterfaceConfigurations/N/ipConfigurations/C`.
 */
export function modelConfiguration(key: ArmKey): ArmKey | null {
  const match =
    /^(.*\/virtualmachinescalesets\/[^/]+)\/virtualmachines\/[^/]+\/networkinterfaces\/(.+)$/.exec(
      key,
    )
  return match ? `${match[1]}/networkinterfaceconfigurations/${match[2]}` : null
}

const found = (known: PublicIpAddress): OwnAddress => ({
  known,
  gaps:
    known.address === null
      ? [
          gap(
            'public-address-not-allocated',
            `${known.name} has no address at the moment`,
            known.at,
          ),
        ]
      : [],
})

const instanceAddressesGap = (at: Gap['source']): Gap =>
  gap(
    'scale-set-public-ip-addresses-absent',
    'the public addresses of these instances were not given: add the output of `az vmss list-instance-public-ips`',
    at,
  )
