/** Virtual machines: `az vm list`, with their power state where it is asked for (`--show-details`, instance view). */
import type { ArmKey } from '../arm-id.ts'
import { child, children, type Element, reference, references, text } from '../element.ts'
import type { Identity, ResourceKind } from '../resource-kind.ts'

export interface VirtualMachine extends Identity {
  readonly networkInterfaces: readonly ArmKey[]
  readonly scaleSet: ArmKey | null
  /** `running`, `deallocated`, `stopped`; null where it is not printed. */
  readonly power: string | null
}

export const virtualMachines: ResourceKind<VirtualMachine> = {
  collection: 'virtual-machines',
  types: ['microsoft.compute/virtualmachines'],
  read: (element, identity) => {
    const profile = child(element, 'networkProfile')
    return {
      ...identity,
      networkInterfaces: profile
        ? references(profile, 'networkInterfaces').map(({ key }) => key)
        : [],
      scaleSet: reference(element, 'virtualMachineScaleSet')?.key ?? null,
      power: readPower(element),
    }
  },
  merge: (first, second) => {
    if (first.power !== null && second.power !== null) return null
    const power = first.power ?? second.power
    const richer = first.networkInterfaces.length > 0 ? first : second
    return { ...richer, power }
  },
}

/** `VM deallocated`, or `PowerState/deallocated` in the instance view. */
function readPower(element: Element): string | null {
  const shown = text(element, 'powerState')
  if (shown !== null) return shown.toLowerCase().replace(/^vm /, '')
  const extended = child(element, 'extended')
  const view = child(element, 'instanceView') ?? (extended && child(extended, 'instanceView'))
  if (!view) return null
  const power = child(view, 'powerState')
  const codes = [
    ...(power ? [text(power, 'code')] : []),
    ...children(view, 'statuses').map((status) => text(status, 'code')),
  ]
  const code = codes.find((one) => one?.toLowerCase().startsWith('powerstate/'))
  return code ? code.slice('powerstate/'.length).toLowerCase() : null
}
