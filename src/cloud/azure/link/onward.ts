/** Where a proxying front's own packets end: an interface, or an internal balancer that passes them on to one. */
import { type Address, formatAddress } from '../../../model/address.ts'
import type { Leg, Path, PortMapping, Sender } from '../../../model/estate.ts'
import type { ArmKey } from '../arm-id.ts'
import type { Balancers } from './balancers.ts'
import type { Chain } from './chain.ts'
import { type Linking, networkOf, passing, placesAt, reachableNetworks } from './fronts.ts'
import { chainTo, legTo, type Place } from './interfaces.ts'

/** The legs behind the front, and the mappings between them (not the one before the first). */
export interface Onward {
  readonly place: Place
  readonly chain: Chain
  readonly legs: readonly Leg[]
  readonly mappings: Path['mappings']
}

export function onwardTo(place: Place, sender: Sender, { chains }: Linking): Onward {
  const chain = chainTo(chains, place, 'inside')
  return { place, chain, legs: [legTo(chain, place, sender)], mappings: [] }
}

/** Everything that an address leads to, seen from the front's network. */
export function onwardAt(
  address: Address,
  network: ArmKey | null,
  sender: Sender,
  linking: Linking,
  balancers: Balancers,
): readonly Onward[] {
  const places = placesAt(linking, address, network)
  if (places.length > 0) return places.map((place) => onwardTo(place, sender, linking))
  const text = formatAddress(address)
  const near = network === null ? null : reachableNetworks(linking.world, network)
  return balancers.internal
    .filter(
      ({ frontend }) =>
        frontend.privateAddress !== null &&
        formatAddress(frontend.privateAddress) === text &&
        (near === null || (frontend.subnet !== null && near.has(networkOf(frontend.subnet.key)))),
    )
    .flatMap(({ frontend }) =>
      balancers.behind(frontend.key).map(({ place, mappings }): Onward => {
        const last = onwardTo(place, sender, linking)
        const balancer: Leg = { stages: passing, destination: address, scope: null, sender }
        const between: readonly PortMapping[] = mappings
        return { ...last, legs: [balancer, ...last.legs], mappings: [between] }
      }),
    )
}
