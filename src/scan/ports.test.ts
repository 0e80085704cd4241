import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  contains,
  count,
  formatPorts,
  intersect,
  isPort,
  ports,
  subtract,
} from '../model/port-set.ts'
import { commonPorts, everyPort, ftpPorts, parsePorts, topPorts } from './ports.ts'

test('the lists lie within one another', () => {
  expect(subtract(ftpPorts, commonPorts)).toEqual([])
  expect(subtract(commonPorts, topPorts)).toEqual([])
  expect(subtract(topPorts, everyPort)).toEqual([])
  expect(count(topPorts)).toBe(1000)
  expect(count(everyPort)).toBe(65_535)
  expect(intersect(ftpPorts, ports(21, 990, 2121, 2100, 2221, 8021, 10_021, 60_021))).toEqual(
    ports(21, 990, 2121, 2100, 2221, 8021, 10_021, 60_021),
  )
})

test.each([
  ['ftp', ftpPorts],
  ['common', commonPorts],
  ['top', topPorts],
  ['all', everyPort],
  ['21', ports(21)],
  ['21,990,1000-1010', ports(21, 990, [1000, 1010])],
  [' 21 , 20 ', ports([20, 21])],
  ['1-65535', everyPort],
])('%s', (text, expected) => {
  expect(parsePorts(text)).toEqual({ kind: 'read', ports: expected })
})

test('names and numbers mix', () => {
  const read = parsePorts('ftp,8443')
  expect(read.kind === 'read' && contains(read.ports, 8443) && contains(read.ports, 990)).toBe(true)
})

test.each([
  ['21,0', '"0"'],
  ['21,70000', '"70000"'],
  ['30-20', '"30-20"'],
  ['21,ssh', '"ssh"'],
  ['21,,22', 'an empty part'],
  ['', 'an empty part'],
  ['FTP', '"FTP"'],
  ['-5', '"-5"'],
  ['1-2-3', '"1-2-3"'],
  ['constructor', '"constructor"'],
])('%j names the part that is wrong', (text, part) => {
  const read = parsePorts(text)
  expect(read.kind === 'wrong' && read.message).toContain(part)
})

test('what is read is what was written', () => {
  const range = fc
    .tuple(fc.integer({ min: 1, max: 65_535 }), fc.nat(300))
    .map(([from, more]) => [from, Math.min(65_535, from + more)] as const)
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 20 }), (ranges) => {
      const set = ports(...ranges)
      expect(parsePorts(ranges.map(([from, to]) => `${from}-${to}`).join(','))).toEqual({
        kind: 'read',
        ports: set,
      })
      expect(set.every(isPort)).toBe(true)
      if (count(set) < 65_535 && formatPorts(set) !== 'all')
        expect(parsePorts(formatPorts(set))).toEqual({ kind: 'read', ports: set })
    }),
  )
})
