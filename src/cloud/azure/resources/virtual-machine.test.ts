import { expect, test } from 'vitest'
import type { JsonObject } from '../../decode.ts'
import {
  configuration,
  document,
  network,
  nic,
  readAll,
  readOne,
  reference,
  vm,
} from '../testing/documents.ts'
import { virtualMachines } from './virtual-machine.ts'

test.each<{ name: string; given: JsonObject; power: string | null }>([
  { name: 'with details', given: { powerState: 'VM deallocated' }, power: 'deallocated' },
  {
    name: 'in the instance view',
    given: {
      instanceView: {
        statuses: [{ code: 'ProvisioningState/succeeded' }, { code: 'PowerState/running' }],
      },
    },
    power: 'running',
  },
  {
    name: 'in Resource Graph',
    given: {
      properties: { extended: { instanceView: { powerState: { code: 'PowerState/stopped' } } } },
    },
    power: 'stopped',
  },
  { name: 'not printed', given: {}, power: null },
])('power state $name', ({ given, power }) => {
  expect(readOne(virtualMachines, vm('a', given)).item?.power).toBe(power)
})

test('two lists of one machine are put together, in any order', () => {
  const profile = { networkProfile: { networkInterfaces: [reference(network.nic('web'))] } }
  const parts = [
    document('a', [vm('vm-web', profile)]),
    document('b', [vm('vm-web', { powerState: 'VM deallocated' })]),
  ]
  const web = document('c', [
    nic('web', [configuration('web', '10.0.0.4')], { virtualMachine: null }),
  ])
  for (const order of [parts, [...parts].reverse()]) {
    const estate = readAll([...order, web])
    const [target] = [...estate.targets.values()]
    expect(target).toMatchObject({
      machine: { name: 'vm-web' },
      note: 'the machine is deallocated',
    })
    expect(estate.gaps.map(({ reason }) => reason)).not.toContain('duplicate-id')
  }
})
