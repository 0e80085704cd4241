/** Every finding of the example estate about open ports can be closed, and closing it changes nothing else. */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { assess, assessDefaults } from '../src/checks/assess.ts'
import { checks } from '../src/checks/index.ts'
import { estateReader } from '../src/cloud/index.ts'
import { disk } from '../src/documents/disk.ts'
import { readDocuments } from '../src/documents/read.ts'
import { solvedEstate } from '../src/exposure/facts.ts'
import { addresses } from '../src/model/address-set.ts'
import { defaultThresholds } from '../src/model/public-space.ts'
import { planFix } from '../src/remediation/plan.ts'
import { prove } from '../src/remediation/prove.ts'

const examples = fileURLToPath(new URL('../examples', import.meta.url))
const reader = estateReader()
for await (const event of readDocuments([examples], disk))
  if (event.kind === 'part') reader.take(event.part)
const audit = assess(reader.link(), { ...assessDefaults, checks, today: '2026-01-01' })
const facts = solvedEstate(audit.estate, audit.exposures, defaultThresholds)

const open = audit.findings.filter(
  ({ status, check }) => status === 'fail' && check.remedy?.startsWith('restrict'),
)

test('the examples hold findings to close', () => {
  expect(open.length).toBeGreaterThan(100)
})

describe.each([
  { name: 'nobody keeps access', allowed: addresses() },
  { name: 'an office keeps access', allowed: addresses('80.169.210.16/29') },
])('$name', ({ allowed }) => {
  test.each(open.map((finding) => ({ key: finding.key, finding })))('$key', ({ finding }) => {
    const plan = planFix(finding, facts, allowed)
    if (plan.edits.length === 0) {
      // Without a filter there is no rule to narrow: one has to be attached.
      expect(plan.notes.join('\n')).toMatch(/--network-security-group NETWORK_SECURITY_GROUP/)
      return
    }
    const check = checks.find(({ id }) => id === finding.check.id)
    if (!check) throw new Error(`no check ${finding.check.id}`)
    const { status, intended, besides } = prove(finding, check, plan, audit, facts)
    expect(status).toBe('pass')
    // What cannot be said as native rules is closed with the rest, and the notes say so.
    if (!plan.notes.some((note) => note.includes('closed with it'))) expect(besides).toEqual([])
    if ((finding.exposures ?? []).some(({ verdict }) => verdict === 'reachable'))
      expect(intended.length).toBeGreaterThan(0)
  })
})
