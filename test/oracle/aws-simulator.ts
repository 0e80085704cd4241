/**
 * Whether one packet gets in, walked gate by gate over AWS's own JSON: plain loops, first match, any match, no sets.
 * It follows Amazon's documentation and shares nothing with the product, so that a disagreement shows a fault of one of them.
 */
import { balancerWays, classicWays } from './aws-balanced.ts'
import { fromInternet, staysInside } from './aws-border.ts'
import { dormantCards, dormantGroups } from './aws-dormant.ts'
import { groupsAdmit, ruleSpeaksOf, rulesOf } from './aws-groups.ts'
import { gather, publicAddresses, sameAddress, type World } from './aws-world.ts'
import type { Oracle, Way } from './oracle.ts'
import { allOf, anyOf, type NamedDocument, type Packet } from './packet.ts'

export function awsOracle(documents: readonly NamedDocument[]): Oracle {
  const world = gather(documents)
  const ways = [...directWays(world), ...balancerWays(world), ...classicWays(world)]
  return {
    entries: ways.map(({ address, target }) => ({ address, target })),
    rulesFor: (packet, target) => groupRulesFor(world, packet, target),
    isClient: (source, target) => {
      const vpcs = [
        ...world.interfaces.items.flatMap((card) =>
          card.NetworkInterfaceId === target ? [card.VpcId] : [],
        ),
        ...world.balancers.items.flatMap((one) =>
          one.LoadBalancerArn === target ? [one.VpcId] : [],
        ),
        ...world.groups.items.flatMap(({ GroupId, VpcId }) => (GroupId === target ? [VpcId] : [])),
        ...world.classic.items.flatMap((one) =>
          one.LoadBalancerName === target ? [one.VPCId] : [],
        ),
      ]
      return !vpcs.some((vpc) => staysInside(world, vpc, source))
    },
    dormant: [...dormantCards(world, ways), ...dormantGroups(world)],
    admits: (packet, target) =>
      anyOf(
        ways
          .filter((way) => way.target === target && sameAddress(way.address, packet.destination))
          .map((way) => way.admits(packet)),
      ),
  }
}

function directWays(world: World): readonly Way[] {
  return world.interfaces.items
    .filter((card) => !card.Description.startsWith('ELB ') && card.InterfaceType !== 'nat_gateway')
    .flatMap((card) =>
      publicAddresses(world, card).map((address) => ({
        address,
        target: card.NetworkInterfaceId,
        admits: (packet: Packet) =>
          allOf([
            fromInternet(world, card, packet),
            groupsAdmit(world, card, packet.source, [], packet),
          ]),
      })),
    )
}

/** A group given in both forms tells each rule twice: then either place will do, and nothing is asked. */
function groupRulesFor(world: World, packet: Packet, target: string): readonly unknown[] {
  const card = world.interfaces.items.find(
    ({ NetworkInterfaceId }) => NetworkInterfaceId === target,
  )
  if (!card || (world.groups.items.length > 0 && world.groupRules.items.length > 0)) return []
  if (!publicAddresses(world, card).some((own) => sameAddress(own, packet.destination))) return []
  return card.Groups.flatMap(({ GroupId }) => rulesOf(world, GroupId) ?? [])
    .filter((rule) => ruleSpeaksOf(rule, packet) && rule.peer(packet.source, []) === 'yes')
    .map(({ written }) => written)
}
