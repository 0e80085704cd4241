import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeText } from './escape.ts'
import { type Advice, renderExplanation } from './explain.ts'
import { hostileAudit, options, richAudit } from './testing/fixture.ts'

const machine = richAudit.findings.find(
  ({ check }) => check.id === 'aws-virtual-machine-unrestricted-ftp',
)
if (!machine) throw new Error('the fixture has it')
const advice: readonly Advice[] = [
  { title: 'FIX', kind: 'verbatim', lines: ['do this', '', '  and that'] },
  { title: 'NOTES', kind: 'sentences', lines: ['a sentence'] },
]

test('all of a finding is told', () => {
  const text = [...renderExplanation(machine, richAudit, advice, { ...options, width: 0 })].join('')
  for (const part of [
    'CRITICAL FAIL',
    'FTP of a machine is reachable from the internet',
    'web-1 (i-0aaa1111)',
    'tcp 20-21 ← all of IPv4',
    'aws/eu-west-1/routes.ndjson#4 /Routes/1/a~1b~0c',
    'reachable at 203.0.113.5',
    'witness 8.8.8.8:40000 → 203.0.113.5:21/tcp',
    'at the target tcp 8443',
    'leg 2',
    'sgr-0f00',
    'pci-dss-4.0.1: 1.2.5',
    '\nFIX\n  do this\n\n    and that\n',
    '\nNOTES\n  a sentence\n',
  ])
    expect(text).toContain(part)
})

test('nothing that is told moves the cursor', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const audit = hostileAudit(name)
      for (const finding of audit.findings)
        for (const line of [...renderExplanation(finding, audit, [], options)].join('').split('\n'))
          expect(escapeText(line)).toBe(line)
    }),
    { numRuns: 30 },
  )
})
