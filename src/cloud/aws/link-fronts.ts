/** What publishes interfaces beside their own addresses: balancers, accelerators; and the traces of those not read. */
import { type Gap, gap } from '../../model/gap.ts'
import { isGlobal } from './link-interfaces.ts'
import type { InterfaceRecord } from './records.ts'
import type { Lists, Scene } from './scene.ts'

export interface Fronts {
  /** Interfaces that belong to a front that was read: no targets of their own. */
  readonly own: ReadonlySet<string>
  /** Gaps of fronts in a network that were seen but not read. */
  unread(vpcId: string | null): readonly Gap[]
}

export function linkFronts(scene: Scene, _shared: Lists): Fronts {
  const own = new Set<string>()
  const traces = new Map<string, Gap>()
  for (const one of scene.interfaces) {
    if (own.has(one.id) || one.vpcId === null || traces.has(one.vpcId)) continue
    if (!isTrace(one)) continue
    traces.set(
      one.vpcId,
      gap(
        'front-not-read',
        `${one.id} (${one.description ?? one.type}) belongs to a front that was not read`,
        one.at,
      ),
    )
  }
  const lists = new Map([...traces].map(([vpcId, one]) => [vpcId, [one]] as const))
  const none: readonly Gap[] = []
  return { own, unread: (vpcId) => (vpcId !== null && lists.get(vpcId)) || none }
}

const isPublic = ({ pairs, ip6 }: InterfaceRecord): boolean =>
  pairs.some((pair) => pair.public) || ip6.some(isGlobal)

/** An accelerator reaches private interfaces by its own; a balancer publishes only with public addresses. */
function isTrace(one: InterfaceRecord): boolean {
  if (one.type === 'global_accelerator_managed') return true
  const isBalancer =
    one.type === 'network_load_balancer' || (one.description?.startsWith('ELB ') ?? false)
  return isBalancer && isPublic(one)
}
