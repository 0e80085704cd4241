/** Interfaces of scale sets whose instances were not listed: the model stands for all of them. */
import type { ArmKey } from '../arm-id.ts'
import {
  type NetworkInterface,
  networkInterfaces,
  scaleSetInterfaces,
} from '../resources/network-interface.ts'
import { scaleSets } from '../resources/scale-set.ts'
import { virtualMachines } from '../resources/virtual-machine.ts'
import type { World } from './world.ts'

export function modelInterfaces({ draft, coverage }: World): readonly NetworkInterface[] {
  const listed = new Set<ArmKey>()
  for (const key of draft.all(scaleSetInterfaces).keys()) listed.add(setOf(key))
  for (const { scaleSet } of draft.all(virtualMachines).values()) if (scaleSet) listed.add(scaleSet)
  return [...draft.all(scaleSets).values()]
    .filter(
      ({ key, isFlexible, account }) =>
        !listed.has(key) &&
        !(isFlexible && coverage.state(account, networkInterfaces.collection) === 'complete'),
    )
    .flatMap((set) => set.interfaces)
}

const setOf = (key: ArmKey): ArmKey => key.slice(0, key.indexOf('/virtualmachines/'))
