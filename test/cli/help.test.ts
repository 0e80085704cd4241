import { describe, expect, test } from 'vitest'
import { checks } from '../../src/checks/index.ts'
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
  expect(listed.map(({ id }) => id)).toEqual(checks.map(({ id }) => id))
  expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(listed.map(({ id }) => id).sort())
})

test.each(['EC2-034', 'network-005', 'aws-security-group-unrestricted-ftp'])(
  'rules show %s',
  async (name) => {
    expect((await portreeve(['rules', 'show', name], { columns: 80 })).out).toContain('Check')
    expect((await portreeve(['rules', 'show', name, '-f', 'markdown'])).out).toMatch(/^# /)
  },
)
