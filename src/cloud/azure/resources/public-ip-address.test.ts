import { expect, test } from 'vitest'
import { formatAddress } from '../../../model/address.ts'
import type { JsonObject } from '../../decode.ts'
import { network, pip, readOne, reference } from '../testing/documents.ts'
import { publicIpAddresses } from './public-ip-address.ts'

test.each<{
  name: string
  given: JsonObject
  address: string | null
  family: 4 | 6
  reasons?: readonly string[]
}>([
  { name: 'IPv4', given: {}, address: '20.0.0.4', family: 4 },
  { name: 'IPv6', given: { ipAddress: '2A01:0::1' }, address: '2a01::1', family: 6 },
  {
    name: 'none yet',
    given: { ipAddress: null, publicIPAddressVersion: 'IPv6' },
    address: null,
    family: 6,
  },
  { name: 'none yet, in words', given: { ipAddress: 'Not Assigned' }, address: null, family: 4 },
  {
    name: 'no address at all',
    given: { ipAddress: '20.0.0' },
    address: null,
    family: 4,
    reasons: ['bad-address'],
  },
])('$name', ({ given, address, family, reasons = [] }) => {
  const { item, reasons: found } = readOne(publicIpAddresses, pip('p', '20.0.0.4', given))
  expect(item?.address ? formatAddress(item.address) : null).toBe(address)
  expect(item?.family).toBe(family)
  expect(found).toEqual(reasons)
})

test.each([
  { sku: { name: 'Standard' }, expected: 'standard' },
  { sku: { name: 'StandardV2' }, expected: 'standard' },
  { sku: { name: 'BASIC' }, expected: 'basic' },
  { sku: {}, expected: 'unknown' },
  { sku: null, expected: 'unknown' },
])('kind $expected', ({ sku, expected }) => {
  expect(readOne(publicIpAddresses, pip('p', '20.0.0.4', { sku })).item?.sku).toBe(expected)
})

test('who has it, and its name', () => {
  const given = pip('p', '20.0.0.4', {
    ipConfiguration: reference(network.configuration('web')),
    dnsSettings: { fqdn: 'web.westeurope.cloudapp.azure.com' },
  })
  expect(readOne(publicIpAddresses, given).item).toMatchObject({
    holder: network.configuration('web').toLowerCase(),
    fqdn: 'web.westeurope.cloudapp.azure.com',
  })
})

test('a list without details says so', () => {
  const { id, name, type } = pip('p', null)
  const read = readOne(publicIpAddresses, { id, name, type })
  expect(read).toEqual({ item: null, reasons: ['resource-without-details'] })
})
