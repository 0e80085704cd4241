import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import ajvFormats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyAudit, hostileAudit, options, reversed, richAudit } from '../testing/fixture.ts'
import { sarif } from './sarif.ts'

const { $schema: _, ...schema } = JSON.parse(
  readFileSync(new URL('../../../test/schemas/sarif-2.1.0.json', import.meta.url), 'utf8'),
) as Record<string, unknown>
// The schema calls itself draft 4 and uses nothing that a later draft reads otherwise but the name of its id.
delete schema['id']
const ajv = new Ajv({ allErrors: true, strict: false })
ajvFormats.default(ajv)
const validate = ajv.compile(schema)

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly kind: string
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly {
    readonly physicalLocation?: {
      readonly artifactLocation: { readonly uri: string }
      readonly region?: object
    }
    readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[]
  }[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly suppressions?: readonly { readonly justification: string }[]
}
interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      readonly results: readonly Result[]
      readonly invocations: readonly { readonly toolExecutionNotifications: readonly unknown[] }[]
    },
  ]
}
const render = (...args: Parameters<typeof sarif.render>): Log =>
  JSON.parse([...sarif.render(...args)].join(''))

function expectValid(log: Log): void {
  validate(log)
  expect(validate.errors ?? []).toEqual([])
}

test('the schema tells a wrong log from a right one', () => {
  const log = structuredClone(render(richAudit, options)) as unknown as {
    runs: { results: { level: string }[] }[]
  }
  const [result] = log.runs[0]?.results ?? []
  if (!result) throw new Error('the fixture has results')
  result.level = 'dreadful'
  expect(validate(log)).toBe(false)
})

test.each([
  { name: 'the rich audit', audit: richAudit },
  { name: 'the empty audit', audit: emptyAudit },
])('$name validates', ({ audit }) => {
  expectValid(render(audit, { ...options, showAll: true, commandLine: 'portreeve audit examples' }))
})

test('validates whatever the names are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expectValid(render(hostileAudit(text), { ...options, showAll: true }))
    }),
    { numRuns: 30 },
  )
})

test('kinds and levels say what the statuses say', () => {
  const [run] = render(richAudit, { ...options, showAll: true }).runs
  const pairs = new Set(run.results.map(({ kind, level }) => `${kind} ${level}`))
  expect(pairs).toEqual(
    new Set([
      'fail error',
      'fail note',
      'open none',
      'review none',
      'pass none',
      'notApplicable none',
    ]),
  )
  for (const { ruleId, ruleIndex } of run.results)
    expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
})

test('what passed is only there when asked for, unknowns always are', () => {
  const kinds = new Set(render(richAudit, options).runs[0].results.map(({ kind }) => kind))
  expect(kinds).toEqual(new Set(['fail', 'open', 'review']))
})

test('a place in a document is a relative URI with its pointer', () => {
  const { results } = render(richAudit, options).runs[0]
  const rdp = results.find(({ kind }) => kind === 'open')
  expect(rdp?.locations[0]).toMatchObject({
    physicalLocation: { artifactLocation: { uri: 'azure/nsg%20list%20%3C1%3E.json' } },
    logicalLocations: [{ name: 'frontend-nsg' }, { fullyQualifiedName: '/0/securityRules/1' }],
  })
})

test('an exemption suppresses, fingerprints are stable and one of a kind', () => {
  const { results } = render(richAudit, options).runs[0]
  expect(results.filter(({ suppressions }) => suppressions)).toHaveLength(1)
  const prints = results.map((it) => it.partialFingerprints['portreeveFinding/v1'])
  expect(new Set(prints).size).toBe(results.length)
  const again = render(reversed(richAudit), options).runs[0].results
  expect(again.map((it) => it.partialFingerprints['portreeveFinding/v1'])).toEqual(prints)
})

test('gaps and notices are notifications', () => {
  const [invocation] = render(richAudit, options).runs[0].invocations
  expect(invocation?.toolExecutionNotifications).toHaveLength(
    richAudit.estate.gaps.length + richAudit.notices.length,
  )
})

test('braces and brackets of a name are no placeholders and no links', () => {
  const [first] = render(hostileAudit('{0} [a](b)'), options).runs[0].results
  expect(first?.message.text).toContain('{{0}} \\[a\\](b)')
})
