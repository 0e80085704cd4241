import { describe, expect, test } from 'vitest'
import type { Audit } from '../../model/audit.ts'
import { publicId } from '../identity.ts'
import { emptyAudit, hostileAudit, options, richAudit } from '../testing/fixture.ts'
import { textWidth } from '../width.ts'
import { table } from './table.ts'

const render = (audit: Audit, more: Partial<typeof options> = {}): string =>
  [...table.render(audit, { ...options, ...more })].join('')

test.each([40, 60, 80, 100, 200])('at %d columns no line is longer', (width) => {
  for (const audit of [richAudit, emptyAudit, hostileAudit('店舗 '.repeat(60))])
    for (const line of render(audit, { width, showAll: true }).split('\n'))
      expect(textWidth(line)).toBeLessThanOrEqual(width)
})

test('without a width every thing is one line', () => {
  const lines = render(richAudit, { width: 0 }).split('\n')
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^ {2}✗ unrestricted-all-ports: every TCP port ← all of IPv4; every UDP port ← all of IPv4 and IPv6 {2}[0-9a-f]{8}$/,
    ),
  )
})

test('every failing check is named where all is asked for, even where one rule fails a dozen', () => {
  const text = render(richAudit, { width: 0, showAll: true })
  for (const { status, check, key } of richAudit.findings)
    if (status === 'fail')
      expect(
        text.includes(publicId(key).slice(0, 8)) ||
          text.includes(check.id.replace(/^.*-unrestricted-/, '')),
      ).toBe(true)
  expect(render(richAudit, { width: 0 })).toMatch(/for the same reason .* and \d+ more checks/)
})

test('unknowns and what is missing are shown, passes only when asked for', () => {
  const text = render(richAudit)
  expect(text).toContain('UNKNOWN (1)')
  expect(text).toMatch(/NOT KNOWN, leaves 1 answer open\n {2}route-tables-absent: /)
  expect(text).not.toContain('PASS (')
  expect(render(richAudit, { showAll: true })).toContain('PASS (2)')
})

test('worst comes first and the summary last', () => {
  const lines = render(richAudit, { width: 0 }).trimEnd().split('\n')
  expect(lines[0]).toBe('FAIL (15)')
  const badges = lines.filter((line) => /^(CRITICAL|HIGH|MEDIUM|LOW) /.test(line))
  expect(badges[0]).toMatch(/^CRITICAL/)
  expect(lines.at(-1)).toBe(
    '16 fail (2 critical, 11 high, 2 low, 1 exempt) · 1 unknown · 1 manual · 3 of 7 exposures reachable · 5 interfaces · 4 filters in 3 accounts · 2 pass · 1 not applicable',
  )
})

describe('an audit without findings', () => {
  test('says that there was nothing to look at', () => {
    expect(render(emptyAudit)).toBe(
      'Nothing was found that could be audited: no filters and no interfaces.\n\n0 fail · 0 interfaces · 0 filters in 0 accounts\n',
    )
  })
  test('says that nothing fails, as far as is known, and what is not known', () => {
    const clean = {
      ...richAudit,
      findings: richAudit.findings.filter(({ status }) => status === 'pass'),
    }
    const text = render(clean, { width: 0 })
    expect(text).toMatch(/^No check fails, as far as is known\./)
    expect(text).toContain('NOT KNOWN\n')
    expect(text).toContain('add the output of aws ec2 describe-route-tables')
  })
})

const introducer = '\u001b'

test('colours are there only when asked for, and carry nothing else', () => {
  const plain = render(richAudit)
  const coloured = render(richAudit, { colour: true })
  expect(coloured).not.toBe(plain)
  expect(coloured.replaceAll(new RegExp(`${introducer}\\[\\d+m`, 'g'), '')).toBe(plain)
})
