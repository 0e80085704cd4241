import { describe, expect, test } from 'vitest'
import { anybody, findingsOf, ftpCheck, groupsDocument, openFtp } from './documents.ts'
import { portreeve } from './world.ts'

const valid = {
  check: ftpCheck,
  resource: 'sg-0aaa',
  ports: 'tcp 20-21',
  sources: [anybody],
  owner: 'platform',
  reason: 'public uploads',
  expires: '2026-11-21',
}
const audit = (one: object, document = openFtp) =>
  portreeve(['audit', 'in', '--only', ftpCheck, '--exemptions', 'ok.json', '--format', 'json'], {
    files: { 'in/g.json': document, 'ok.json': JSON.stringify({ exemptions: [one] }) },
  })
const twice = groupsDocument([{ from: 20, to: 25, cidrs: [anybody, anybody] }])

test('what is accepted is no failure, and stays listed with its owner', async () => {
  const { code, out, err } = await audit(valid)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(findingsOf(out)).toContainEqual(
    expect.objectContaining({
      status: 'fail',
      exemption: { owner: 'platform', reason: 'public uploads', expires: '2026-11-21' },
    }),
  )
})

describe('an exemption that does not hold changes nothing, and says why', () => {
  test.each([
    { name: 'it expired', change: { expires: '2026-11-20' }, says: 'expired on 2026-11-20' },
    { name: 'more is open', change: { ports: 'tcp 21' }, says: 'void' },
    { name: 'others come in', change: { sources: ['0.0.0.0/1'] }, says: 'void' },
    { name: 'another resource', change: { resource: 'sg-9' }, says: 'matches no finding' },
    { name: 'another rule', change: { rule: 'sgr-9' }, says: 'rule sgr-9 is not there' },
  ])('$name', async ({ change, says }) => {
    const { code, err } = await audit({ ...valid, ...change })
    expect(code).toBe(1)
    expect(err).toContain(says)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })
  test('its rule has grown', async () => {
    const rule = 'allow tcp 20-25 from 0.0.0.0/0'
    const whole = { ...valid, ports: ['tcp 20-25'], rule }
    expect((await audit(whole)).code).toBe(0)
    const wider = groupsDocument([{ from: 20, to: 26, cidrs: [anybody] }])
    const { code, err } = await audit(whole, wider)
    expect(code).toBe(1)
    expect(err).toContain('void')
  })
})

test('a rule with an id of its own that grows on ports beside the finding is void as well', async () => {
  const rules = (to: number) =>
    JSON.stringify({
      SecurityGroupRules: [
        {
          SecurityGroupRuleId: 'sgr-0abc',
          GroupId: 'sg-0aaa',
          GroupOwnerId: '123456789012',
          IsEgress: false,
          IpProtocol: 'tcp',
          FromPort: 20,
          ToPort: to,
          CidrIpv4: anybody,
        },
      ],
    })
  const ok = JSON.stringify({ exemptions: [{ ...valid, ports: 'tcp 20-25', rule: 'sgr-0abc' }] })
  const run = (to: number) =>
    portreeve(['audit', 'in', '--only', ftpCheck, '--exemptions', 'ok.json', '--format', 'json'], {
      files: { 'in/g.json': groupsDocument([]), 'in/r.json': rules(to), 'ok.json': ok },
    })
  expect((await run(25)).code).toBe(0)
  const { code, err } = await run(26)
  expect(code).toBe(1)
  expect(err).toContain('rule sgr-0abc admits more than was accepted')
})

test('the same rule twice is still the same', async () => {
  expect((await audit(valid, twice)).code).toBe(0)
})

describe('a file that cannot be used names the place', () => {
  test.each([
    { name: 'an unknown member', one: { ...valid, bogus: 1 }, says: 'ok.json /exemptions/0: ' },
    { name: 'no owner', one: { ...valid, owner: '' }, says: '/exemptions/0/owner' },
    { name: 'no date', one: { ...valid, expires: 'soon' }, says: '/exemptions/0/expires' },
    { name: 'wrong ports', one: { ...valid, ports: '21' }, says: 'expected "all", or a transport' },
    { name: 'ports too high', one: { ...valid, ports: 'tcp 70000' }, says: '/exemptions/0/ports' },
    { name: 'a broken CIDR', one: { ...valid, sources: ['1.2.3/8'] }, says: 'sources/0: not an' },
    { name: 'ports alone', one: { ...valid, sources: undefined }, says: 'ports and sources go' },
  ])('$name', async ({ one, says }) => {
    const { code, err, out } = await audit(one)
    expect(err).toContain(says)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })
  test('no JSON at all', async () => {
    const files = { 'in/g.json': openFtp, 'ok.json': '{"exemptions": [' }
    const { code, err } = await portreeve(['audit', 'in', '--exemptions', 'ok.json'], { files })
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('ok.json: not JSON') })
  })
})
