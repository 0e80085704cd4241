import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ports } from '../model/port-set.ts'
import { transportPorts } from '../model/traffic-set.ts'
import { aliasedIds } from './aliases.ts'
import { chooseChecks, chooseServiceChecks } from './choose.ts'
import type { Definition } from './definition.ts'
import { checks, checksWith, definitions, findCheck, serviceChecks } from './index.ts'
import { filter, resource, rule, sampleFacts } from './sample-facts.test.data.ts'
import { serviceCheckIds } from './service-check-ids.ts'

const folders = ['filter', 'machine', 'service']
const files = folders.flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, import.meta.url))
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    .map((name) => `./${folder}/${name}`),
)

test.each(files)('every check of %s is registered, and only once', async (file) => {
  const { definitions: own } = (await import(file)) as { definitions: readonly Definition[] }
  expect(own.length).toBeGreaterThan(0)
  for (const { id } of own) expect(definitions.filter((one) => one.id === id)).toHaveLength(1)
})

test('the registry holds nothing that no file exports', async () => {
  const exported = await Promise.all(
    files.map(
      async (file) => ((await import(file)) as { definitions: readonly Definition[] }).definitions,
    ),
  )
  expect(
    exported
      .flat()
      .map(({ id }) => id)
      .sort(),
  ).toEqual(definitions.map(({ id }) => id).sort())
})

test('ids and aliases are unique in whatever case they are written', () => {
  const names = definitions
    .flatMap(({ id, aliases }) => [id, ...aliases])
    .map((name) => name.toLowerCase())
  expect(new Set(names).size).toBe(names.length)
})

test.each(checks.map(({ id }) => id))('%s is a provider, a resource and a subject', (id) => {
  expect(id).toMatch(
    /^(aws-(default-)?security-group|aws-network-acl|azure-network-security-group|(aws|azure)-virtual-machine)-[a-z]+(-[a-z]+)*$/,
  )
})

test('the checks of services are those of the list of their ids, and each says what to do', () => {
  expect(serviceChecks.map(({ id }) => id)).toEqual(serviceCheckIds)
  for (const { guidance, provider, subject } of serviceChecks) {
    expect({ provider, subject }).toEqual({ provider: 'network', subject: 'service' })
    expect(guidance).toMatch(/^[A-Z].*\.$/)
  }
})

test('every aliased check is there', () => {
  const ids = new Set(definitions.map(({ id }) => id))
  expect(aliasedIds.filter((id) => !ids.has(id))).toEqual([])
})

test.each([
  { name: 'EC2-034', id: 'aws-security-group-unrestricted-uncommon-ports' },
  { name: 'ec2-034', id: 'aws-security-group-unrestricted-uncommon-ports' },
  { name: 'Network-005', id: 'azure-network-security-group-unrestricted-ftp' },
  { name: 'EC2.13', id: 'aws-security-group-unrestricted-ssh' },
  { name: 'EC2.2', id: 'aws-default-security-group-in-use' },
  { name: 'Nessus-10079', id: 'ftp-server-anonymous-login' },
  { name: 'ftp-bounce', id: 'ftp-server-bounce' },
  { name: 'aws-network-acl-shadowed-rules', id: 'aws-network-acl-shadowed-rules' },
])('$name finds $id', ({ name, id }) => {
  expect(findCheck(name)?.id).toBe(id)
})

test('a word chooses a check, a pattern several, and a requirement all that serve it', () => {
  const chosen = (...words: readonly string[]) =>
    chooseChecks(words, { alsoCommon: transportPorts({}) }).map(({ id }) => id)
  expect(chosen('network-005')).toEqual(['azure-network-security-group-unrestricted-ftp'])
  const byLine = chosen('EC2.19')
  expect(byLine).toContain('aws-security-group-unrestricted-ftp')
  expect(byLine).not.toContain('aws-security-group-unrestricted-https')
  expect(chosen('aws-fsbp-1.0.0:EC2.19')).toEqual(byLine)
  expect(chosen('*-unrestricted-ftp')).toHaveLength(4)
  expect(chosen()).toHaveLength(checks.length)
  expect(() => chosen('no-such-check')).toThrow(RangeError)
})

test('checks of services are chosen apart, and a word for the others is told from none', () => {
  const chosen = (...words: readonly string[]) => chooseServiceChecks(words).map(({ id }) => id)
  expect(chosen('ftp-anon')).toEqual(['ftp-server-anonymous-login'])
  expect(chosen('ftp-server-*', 'nist-800-53-r5:CM-8')).toHaveLength(serviceChecks.length)
  expect(chosen()).toEqual(serviceCheckIds)
  expect(() => chosen('EC2-034')).toThrow(/checks of configuration/)
  expect(() => chosen('no-such-check')).toThrow(/no check is called/)
  expect(() => chooseChecks(['ftp-anon'], { alsoCommon: transportPorts({}) })).toThrow(
    /checks of services/,
  )
})

test('ports that the user calls common are no uncommon ports', () => {
  const facts = sampleFacts({
    filters: [filter(resource('sg-1'), [rule('sgr-1', ['udp', [443], ['0.0.0.0/0']])])],
  })
  const statusWith = (alsoCommon: Parameters<typeof checksWith>[0]['alsoCommon']) =>
    [
      ...(checksWith({ alsoCommon })
        .find(({ id }) => id === 'aws-security-group-unrestricted-uncommon-ports')
        ?.find(facts) ?? []),
    ].map(({ status }) => status)
  expect(statusWith(transportPorts({}))).toEqual(['fail'])
  expect(statusWith(transportPorts({ udp: ports(443) }))).toEqual(['pass'])
})
