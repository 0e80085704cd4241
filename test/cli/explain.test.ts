import { describe, expect, test } from 'vitest'
import { anybody, findingsOf, ftpCheck, groupsDocument, openFtp } from './documents.ts'
import { portreeve } from './world.ts'

const files = { 'in/groups.json': openFtp }
const explain = (name: string, ...more: string[]) =>
  portreeve(['audit', 'in', '--explain', name, ...more], { files, columns: 80 })
const all = async () =>
  findingsOf((await portreeve(['audit', 'in', '--format', 'json'], { files })).out)
const ftp = async () => {
  const found = (await all()).find(({ check }) => check === ftpCheck)
  if (!found) throw new Error('the group fails')
  return found
}

describe('a finding is named by', () => {
  test.each([
    { name: 'its id', of: (id: string) => id },
    { name: 'the head of its id', of: (id: string) => id.slice(0, 8) },
    { name: 'its id in capitals', of: (id: string) => id.toUpperCase() },
    { name: 'check@id', of: () => `${ftpCheck}@sg-0aaa` },
    { name: 'check@name', of: () => `${ftpCheck}@files` },
    { name: 'both in any case', of: () => `${ftpCheck.toUpperCase()}@SG-0AAA` },
  ])('$name', async ({ of }) => {
    const { id } = await ftp()
    const { out } = await explain(of(id))
    expect(out).toContain(`finding ${id}`)
  })
  test('an alias', async () => {
    expect((await explain('ec2-034@files')).out).toContain('uncommon-ports')
  })
})

test.each(['', 'abc', 'zzzzzzzz', `${ftpCheck}@sg-9`, 'nope@sg-0aaa', '@'])(
  '%j names none',
  async (name) => {
    const { code, err, out } = await explain(name)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('no such finding')
  },
)

test('of two that fit, both are named', async () => {
  const group = (id: string) => groupsDocument([{ from: 21, to: 21, cidrs: [anybody] }], { id })
  const two = { 'in/a.json': group('sg-0aaa'), 'in/b.json': group('sg-0bbb') }
  const args = ['audit', 'in', '--explain', `${ftpCheck}@files`]
  const { code, err } = await portreeve(args, { files: two })
  expect(code).toBe(2)
  expect(err).toMatch(/2 findings match; give one of [0-9a-f]{16} .*@sg-0aaa.*@sg-0bbb/)
})

test('everything is told, in order', async () => {
  const { out } = await explain(ftpCheck.concat('@files'), '--allow-from', '203.0.113.0/24')
  const parts = [
    'FTP',
    'WHAT IS OPEN',
    'tcp 20-21 ← all of IPv4',
    'BECAUSE',
    'in/groups.json /SecurityGroups/0/IpPermissions/0/IpRanges/0',
    'HOW IT IS REACHED',
    'ASKED FOR BY',
    'pci-dss-4.0.1: ',
    'FIX',
    'aws ec2 authorize-security-group-ingress',
    '203.0.113.0/24',
    'aws ec2 revoke-security-group-ingress',
    'THE SAME BY HAND',
    'PROOF',
    'the finding is closed; nothing else changes',
    'TO ACCEPT IT INSTEAD',
  ]
  const places = parts.map((part) => out.indexOf(part))
  expect(places).not.toContain(-1)
  // The network is named in the command and again by hand: order is that of the first mention.
  expect(places.toSorted((a, b) => a - b)).toEqual(places)
})

test('a finding that passes needs no fix and no exemption', async () => {
  const passing = (await all()).find(({ status }) => status === 'pass')
  const { out, code } = await explain(passing?.id ?? '')
  expect(code).toBe(1)
  expect(out).toContain('PASS')
  expect(out).not.toMatch(/^FIX|TO ACCEPT/m)
})

test('the exemption that is printed covers exactly the finding, for every finding', async () => {
  const failing = (await all()).filter(({ status }) => status === 'fail' || status === 'unknown')
  expect(failing.length).toBeGreaterThan(3)
  for (const { id } of failing) {
    const { out } = await explain(id)
    const accepted = out.slice(out.indexOf('TO ACCEPT')).split('\n').slice(1).join('\n')
    const { out: after } = await portreeve(
      ['audit', 'in', '--exemptions', 'ok.json', '--format', 'json'],
      { files: { ...files, 'ok.json': accepted } },
    )
    const exempt = findingsOf(after).filter(({ exemption }) => exemption !== null)
    expect(exempt.map((one) => one.id)).toEqual([id])
  }
})
