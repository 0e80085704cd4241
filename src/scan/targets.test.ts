import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Address, formatAddress } from '../model/address.ts'
import { addresses, contains, equal, toCidrs } from '../model/address-set.ts'
import { loopbackScope, parseScope, type Scope } from './scope.ts'
import { parseTarget, readTargets, walkOf } from './targets.ts'
import { addressOf } from './testing/net-world.ts'

function scope(text: string): Scope {
  const read = parseScope(text)
  if (read.kind === 'wrong') throw new Error(read.errors.join('; '))
  return read.scope
}
const nobody = async (): Promise<readonly Address[]> => []
const names =
  (table: Readonly<Record<string, readonly string[]>>) =>
  async (name: string): Promise<readonly Address[]> => {
    const found = table[name]
    if (!found) throw new Error('ENOTFOUND')
    return found.map(addressOf)
  }

describe('one argument', () => {
  test.each([
    ['10.0.0.1', ['10.0.0.1/32']],
    ['10.0.0.1/30', ['10.0.0.0/30']],
    ['10.0.0.1-10.0.0.2', ['10.0.0.1/32', '10.0.0.2/32']],
    ['10.0.0.1-2', ['10.0.0.1/32', '10.0.0.2/32']],
    ['[2001:db8::1]', ['2001:db8::1/128']],
    ['2001:db8::/127', ['2001:db8::/127']],
    ['::ffff:10.0.0.1', ['10.0.0.1/32']],
  ])('%s is addresses', (text, cidrs) => {
    const asked = parseTarget(text)
    expect(asked.kind === 'addresses' && toCidrs(asked.set)).toEqual(cidrs)
  })
  test.each([
    ['FTP.Example.org.', 'ftp.example.org'],
    ['localhost', 'localhost'],
    ['a_b.example', 'a_b.example'],
  ])('%s is a name', (text, name) => {
    expect(parseTarget(text)).toEqual({ kind: 'name', name })
  })
  // What a resolver of the system would read as an address nobody wrote.
  test.each([
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '010.0.0.1',
    '1.2.3.4.5',
    '',
    'a..b',
    'http://a',
    'bücher.de',
    'fe80::1%lo',
    '10.0.0.0/33',
    'a b',
    '[::1]:21',
    '10.0.0.1:21',
    'ftp.example.org:21',
  ])('%j is refused', (text) => {
    expect(parseTarget(text).kind).toBe('wrong')
  })
})

test('a name that resolves into and out of the scope: inside is scanned, outside is a gap', async () => {
  const resolve = names({
    'ftp.example': ['10.0.0.1', '10.9.9.9', '169.254.169.254', '::ffff:10.0.0.2'],
  })
  const read = await readTargets(['ftp.example'], scope('10.0.0.0/24'), resolve)
  expect(read).toMatchObject({
    kind: 'read',
    gaps: [{ reason: 'outside-scope' }, { reason: 'metadata' }],
  })
  if (read.kind !== 'read') return
  expect(toCidrs(read.targets.addresses)).toEqual(['10.0.0.1/32', '10.0.0.2/32'])
  expect(read.targets.names.get('10.0.0.2')).toBe('ftp.example')
})

test('each name is resolved once', async () => {
  const asked: string[] = []
  const resolve = async (name: string) => {
    asked.push(name)
    return [addressOf('127.0.0.1')]
  }
  await readTargets(['a.test', 'A.test.', 'b.test'], loopbackScope, resolve)
  expect(asked).toEqual(['a.test', 'b.test'])
})

test('two names of one address: the first asked for is its name', async () => {
  const resolve = async (name: string) => {
    await new Promise((done) => setTimeout(done, name === 'first.test' ? 20 : 0))
    return [addressOf('127.0.0.1')]
  }
  const read = await readTargets(['first.test', 'second.test'], loopbackScope, resolve)
  expect(read.kind === 'read' && read.targets.names.get('127.0.0.1')).toBe('first.test')
})

test.each([
  { name: 'a name without addresses', texts: ['nobody.test'], reason: 'unresolved-name' },
  { name: 'an address outside', texts: ['10.1.0.0/24'], reason: 'outside-scope' },
  { name: 'an excluded address', texts: ['10.0.0.9'], reason: 'excluded' },
  { name: 'NAT64 to outside', texts: ['64:ff9b::10.1.0.1'], reason: 'outside-scope' },
])('$name is a gap', async ({ texts, reason }) => {
  const read = await readTargets(texts, scope('10.0.0.0/24\n64:ff9b::/96\n!10.0.0.9'), nobody)
  expect(read).toMatchObject({
    kind: 'read',
    targets: { addresses: addresses() },
    gaps: [{ reason }],
  })
})

test('an IPv6 prefix counts by what of it is in the scope', async () => {
  const wide = scope('2001:db8::/32')
  expect(await readTargets(['2001:db8::/64'], wide, nobody)).toMatchObject({ kind: 'wrong' })
  expect(await readTargets(['2001:db8::/107'], wide, nobody)).toMatchObject({ kind: 'wrong' })
  expect(await readTargets(['2001:db8::/108'], wide, nobody)).toMatchObject({ kind: 'read' })
  expect(await readTargets(['2001:db8::/32'], scope('2001:db8::/120'), nobody)).toMatchObject({
    kind: 'read',
  })
})

test('every wrong argument is named', async () => {
  const read = await readTargets(['10.0.0.1', '127.1', 'x y'], loopbackScope, nobody)
  expect(read.kind === 'wrong' && read.errors.length).toBe(2)
})

test('a walk meets every address once, in order, without expanding the set', () => {
  const four = fc.tuple(fc.nat(0xffff_0000), fc.nat(60)).map(([lo, more]) => {
    return `${formatAddress({ family: 4, value: lo })}-${formatAddress({ family: 4, value: lo + more })}`
  })
  const six = fc.tuple(fc.nat(0xfff0), fc.nat(15)).map(([lo, more]) => {
    return `2001:db8::ffff:${lo.toString(16)}-2001:db8::ffff:${(lo + more).toString(16)}`
  })
  fc.assert(
    fc.property(fc.array(fc.oneof(four, six), { minLength: 1, maxLength: 8 }), (texts) => {
      const set = addresses(...texts)
      const walk = walkOf(set)
      const met = Array.from({ length: walk.size }, (_, i) => walk.at(i))
      expect(met.every((address) => contains(set, address))).toBe(true)
      expect(equal(addresses(...met.map(formatAddress)), set)).toBe(true)
      expect(new Set(met.map(formatAddress)).size).toBe(walk.size)
    }),
  )
  expect(walkOf(addresses('0.0.0.0/0')).at(2 ** 32 - 1)).toEqual(addressOf('255.255.255.255'))
})
