import { describe, expect, test } from 'vitest'
import { definitions, serviceChecks } from '../../src/checks/index.ts'
import { portreeve } from './world.ts'

describe('help', () => {
  test.each([[], ['audit'], ['rules'], ['completion']])('of %j has examples', async (...words) => {
    const { code, out } = await portreeve([...words, '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/Examples:\n(?: {2}.*\n)*? +\$ portreeve /)
  })
  test('no words at all show it, as a mistake', async () => {
    const { code, out, err } = await portreeve([])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('Usage: portreeve')
  })
})

test('rules list has a line each, and the same as JSON', async () => {
  const lines = (await portreeve(['rules', 'list'])).out.trimEnd().split('\n')
  const { out } = await portreeve(['rules', 'list', '--format', 'json'])
  const listed = JSON.parse(out) as readonly { readonly id: string }[]
  expect(listed.map(({ id }) => id)).toEqual(definitions.map(({ id }) => id))
  expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(listed.map(({ id }) => id).sort())
})

test('the scans that the pages of services show are scans that there are', async () => {
  const { out: help } = await portreeve(['scan', '--help'])
  const shown = serviceChecks.map(({ id }) => id)
  for (const id of shown) {
    const { out } = await portreeve(['rules', 'show', id])
    const [scan = ''] = out.match(/portreeve scan .*/) ?? []
    const options = scan.match(/--[a-z-]+/g) ?? []
    expect(options).toEqual(expect.arrayContaining(['--scope', '--ports', '--only']))
    for (const option of options) expect(help, `${id}: ${option}`).toContain(`${option} `)
  }
})

test.each(['EC2-034', 'network-005', 'aws-security-group-unrestricted-ftp', 'ftp-anon'])(
  'rules show %s',
  async (name) => {
    expect((await portreeve(['rules', 'show', name], { columns: 80 })).out).toContain('Check')
    expect((await portreeve(['rules', 'show', name, '-f', 'markdown'])).out).toMatch(/^# /)
  },
)
