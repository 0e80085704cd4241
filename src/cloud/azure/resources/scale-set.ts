/** Scale sets: `az vmss list`. Their model says how instances are connected, also where no instance was listed. */

import type { Element } from '../element.ts'
import { child, children, has, reference, text } from '../element.ts'
import type { Identity, ResourceKind } from '../resource-kind.ts'
import { type NetworkInterface, readIpConfiguration } from './network-interface.ts'

export interface ScaleSet extends Identity {
  /** Instances of a flexible set are ordinary machines with ordinary interfaces. */
  readonly isFlexible: boolean
  /** The model's interfaces, whose addresses are not known. */
  readonly interfaces: readonly NetworkInterface[]
}

export const scaleSets: ResourceKind<ScaleSet> = {
  collection: 'scale-sets',
  types: ['microsoft.compute/virtualmachinescalesets'],
  read: (element, identity) => {
    const model = child(element, 'virtualMachineProfile')
    const profile = model && child(model, 'networkProfile')
    return {
      ...identity,
      isFlexible: text(element, 'orchestrationMode')?.toLowerCase() === 'flexible',
      interfaces: profile
        ? children(profile, 'networkInterfaceConfigurations').map((one) =>
            readModelInterface(one, identity),
          )
        : [],
    }
  },
}

function readModelInterface(element: Element, identity: Identity): NetworkInterface {
  const name = text(element, 'name') ?? ''
  const id = `${identity.id}/networkInterfaceConfigurations/${name}`
  const key = id.toLowerCase()
  return {
    ...identity,
    id,
    key,
    name: `${identity.name}/${name}`,
    at: element.at,
    networkSecurityGroup: reference(element, 'networkSecurityGroup'),
    virtualMachine: null,
    ipConfigurations: has(element, 'ipConfigurations')
      ? children(element, 'ipConfigurations').map((one, i) =>
          readIpConfiguration(
            one,
            `${key}/ipconfigurations/${(text(one, 'name') ?? `${i}`).toLowerCase()}`,
          ),
        )
      : [],
  }
}
