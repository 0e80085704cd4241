/** Ways through balancers, of the second generation and classic. */
import { aclAdmits, aclOf, clientPorts, fromInternet } from './aws-border.ts'
import type {
  ClassicBalancer,
  Listener,
  LoadBalancer,
  NetworkInterface,
  TargetGroup,
} from './aws-documents.ts'
import { groupsAdmit } from './aws-groups.ts'
import { publicAddresses, type World } from './aws-world.ts'
import type { Way } from './oracle.ts'
import { type Answer, allOf, anyOf, type Packet } from './packet.ts'

// ---- balancers of the second generation ----
export function balancerWays(world: World): readonly Way[] {
  return world.balancers.items
    .filter(({ Scheme }) => Scheme === 'internet-facing')
    .flatMap((balancer) => {
      const mark = balancer.LoadBalancerArn.split(':loadbalancer/')[1] ?? ''
      return world.interfaces.items
        .filter(({ Description }) => Description === `ELB ${mark}`)
        .flatMap((node) =>
          publicAddresses(world, node).flatMap((address) =>
            listenerWays(world, balancer, node, address),
          ),
        )
    })
}

function listenerWays(
  world: World,
  balancer: LoadBalancer,
  node: NetworkInterface,
  address: string,
): readonly Way[] {
  return world.listeners.items
    .filter(({ LoadBalancerArn }) => LoadBalancerArn === balancer.LoadBalancerArn)
    .flatMap((listener) => {
      const atFront = (packet: Packet): Answer =>
        allOf([
          listenerTakes(listener, packet) ? 'yes' : 'no',
          fromInternet(world, node, packet),
          node.Groups.length === 0 && balancer.Type === 'network'
            ? 'yes'
            : groupsAdmit(world, node, packet.source, [], packet),
        ])
      return actionsOf(world, listener).flatMap((action): readonly Way[] => {
        if (action.Type !== 'forward')
          return [{ address, target: balancer.LoadBalancerArn, admits: atFront }]
        return forwardedTo(action).flatMap((arn) =>
          targetWays(world, { balancer, node, address, arn, atFront }),
        )
      })
    })
}

const listenerTakes = ({ Port, Protocol }: Listener, { transport, port }: Packet): boolean =>
  Port === port &&
  (Protocol === 'TCP_UDP'
    ? transport === 'tcp' || transport === 'udp'
    : transport === (Protocol === 'UDP' ? 'udp' : 'tcp'))

function actionsOf(
  world: World,
  listener: Listener,
): readonly Listener['DefaultActions'][number][] {
  const mark = listener.ListenerArn.replace(':listener/', ':listener-rule/')
  const rules = world.listenerRules.items.filter(
    ({ RuleArn, IsDefault }) => !IsDefault && RuleArn.startsWith(`${mark}/`),
  )
  return [...listener.DefaultActions, ...rules.flatMap(({ Actions }) => Actions)]
}

const forwardedTo = (action: Listener['DefaultActions'][number]): readonly string[] => [
  ...new Set([
    ...(action.TargetGroupArn ? [action.TargetGroupArn] : []),
    ...(action.ForwardConfig?.TargetGroups ?? []).map(({ TargetGroupArn }) => TargetGroupArn),
  ]),
]

interface Forward {
  readonly balancer: LoadBalancer
  readonly node: NetworkInterface
  readonly address: string
  readonly arn: string
  readonly atFront: (packet: Packet) => Answer
}

function targetWays(world: World, forward: Forward): readonly Way[] {
  const { balancer, node, address, arn, atFront } = forward
  const group = world.targetGroups.items.find(({ TargetGroupArn }) => TargetGroupArn === arn)
  if (group === undefined) return []
  const members = world.health.get(group.TargetGroupName)?.items ?? []
  const transparent = balancer.Type === 'network' && keepsClient(world, group)
  return members.flatMap(({ Target }) => {
    const card = cardOf(world, group, Target.Id)
    if (card === null) return []
    const port = Target.Port ?? group.Port
    return {
      address,
      target: card.NetworkInterfaceId,
      admits: (packet: Packet) =>
        allOf([
          atFront(packet),
          transparent
            ? transparentLeg(world, node, card, { ...packet, port })
            : proxiedLeg(world, node, card, { ...packet, port }),
        ]),
    }
  })
}

function keepsClient(world: World, group: TargetGroup): boolean {
  if (['UDP', 'TCP_UDP'].includes(group.Protocol)) return true
  const set = world.attributes.get(group.TargetGroupName)?.get('preserve_client_ip.enabled')
  return set === undefined ? group.TargetType === 'instance' : set === 'true'
}

function cardOf(world: World, group: TargetGroup, id: string): NetworkInterface | null {
  const found = world.interfaces.items.find((card) =>
    group.TargetType === 'instance'
      ? card.Attachment?.InstanceId === id && card.Attachment.DeviceIndex === 0
      : card.VpcId === group.VpcId &&
        card.PrivateIpAddresses.some(({ PrivateIpAddress }) => PrivateIpAddress === id),
  )
  return found ?? null
}

/** The front opens a connection of its own: a second leg, from its own address. */
function proxiedLeg(
  world: World,
  node: NetworkInterface,
  card: NetworkInterface,
  packet: Packet,
): Answer {
  const inner: Packet = {
    ...packet,
    source: node.PrivateIpAddress,
    sourcePort: null,
    destination: card.PrivateIpAddress,
  }
  return allOf([
    groupsAdmit(world, card, inner.source, [], inner),
    betweenSubnets(world, node, card, inner, node.PrivateIpAddress),
  ])
}

/** The target's filters see the client; a rule that names the front's group stands for its clients. */
function transparentLeg(
  world: World,
  node: NetworkInterface,
  card: NetworkInterface,
  packet: Packet,
): Answer {
  const names = node.Groups.map(({ GroupId }) => GroupId)
  return allOf([
    groupsAdmit(world, card, packet.source, names, packet),
    betweenSubnets(world, node, card, packet, packet.source),
  ])
}

/** Lists are asked only where a packet crosses the border of a subnet: out of one, into the other, and back. */
function betweenSubnets(
  world: World,
  node: NetworkInterface,
  card: NetworkInterface,
  packet: Packet,
  sender: string,
): Answer {
  if (node.SubnetId === card.SubnetId) return 'yes'
  const [near, far] = [aclOf(world, node.SubnetId), aclOf(world, card.SubnetId)]
  const lists = [near, far].filter((acl) => acl !== null)
  const { transport, port } = packet
  const there = card.PrivateIpAddress
  return allOf([
    near === null ? 'yes' : aclAdmits(near, true, there, transport, port),
    far === null ? 'yes' : aclAdmits(far, false, sender, transport, port),
    anyOf(
      clientPorts(packet, lists).map((back) =>
        allOf([
          far === null ? 'yes' : aclAdmits(far, true, sender, transport, back),
          near === null ? 'yes' : aclAdmits(near, false, there, transport, back),
        ]),
      ),
    ),
  ])
}

// ---- classic balancers ----
export function classicWays(world: World): readonly Way[] {
  return world.classic.items
    .filter(({ Scheme }) => Scheme === 'internet-facing')
    .flatMap((balancer) =>
      world.interfaces.items
        .filter(({ Description }) => Description === `ELB ${balancer.LoadBalancerName}`)
        .flatMap((node) =>
          publicAddresses(world, node).flatMap((address) =>
            classicTargets(world, balancer, node, address),
          ),
        ),
    )
}

function classicTargets(
  world: World,
  balancer: ClassicBalancer,
  node: NetworkInterface,
  address: string,
): readonly Way[] {
  return balancer.Instances.flatMap(({ InstanceId }) =>
    world.interfaces.items
      .filter(
        ({ Attachment }) => Attachment?.InstanceId === InstanceId && Attachment.DeviceIndex === 0,
      )
      .flatMap((card) =>
        balancer.ListenerDescriptions.map(({ Listener: listener }) => ({
          address,
          target: card.NetworkInterfaceId,
          admits: (packet: Packet) =>
            allOf([
              packet.transport === 'tcp' && packet.port === listener.LoadBalancerPort
                ? 'yes'
                : 'no',
              fromInternet(world, node, packet),
              groupsAdmit(world, node, packet.source, [], packet),
              proxiedLeg(world, node, card, { ...packet, port: listener.InstancePort }),
            ]),
        })),
      ),
  )
}
