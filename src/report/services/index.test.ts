import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeText } from '../escape.ts'
import { formats } from '../index.ts'
import { scanFormatNames } from './format.ts'
import { scanFormats } from './index.ts'
import { hostileFindings, hostileLook, hostileSightings, hostileText } from './testing/hostile.ts'
import {
  coverage,
  findings,
  look,
  scanOptions,
  service,
  sightings,
  summary,
  written,
} from './testing/sample.ts'

const all = Object.values(scanFormats)

test('the registry holds the formats of the folder and those of an audit that fit, each under its name', () => {
  const files = readdirSync(new URL('./formats/', import.meta.url))
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
  const borrowed = ['sarif', 'ocsf']
  expect(Object.keys(scanFormats).sort()).toEqual([...files, ...borrowed].sort())
  expect([...scanFormatNames].sort()).toEqual(Object.keys(scanFormats).sort())
  for (const name of borrowed) expect(Object.keys(formats)).toContain(name)
  for (const [name, format] of Object.entries(scanFormats)) expect(format.name).toBe(name)
})

describe.each(all)('$name', (format) => {
  test('holds no control characters, separators or overrides, whatever comes from outside', () => {
    fc.assert(
      fc.property(hostileText, fc.boolean(), (text, details) => {
        const options = { ...scanOptions, details, showAll: true }
        const out = written(
          format.start(hostileLook(text), options),
          hostileSightings(text),
          hostileFindings(text),
        )
        for (const line of out.replaceAll('\r\n', '\n').split('\n'))
          expect(escapeText(line)).toBe(line)
      }),
      { numRuns: 60 },
    )
  })

  test('writes pieces of bounded size', () => {
    const writer = format.start(look, scanOptions)
    for (let port = 1; port <= 3000; port++) {
      const piece = writer.sighting({
        kind: 'service',
        service: service('203.0.113.5', port, 'ssh', { banner: 'SSH-2.0-x' }),
      })
      expect(piece.length).toBeLessThan(10_000)
    }
    for (const piece of writer.end(summary)) expect(piece.length).toBeLessThan(300_000)
  })
})

test.each(all.filter(({ name }) => name !== 'json'))(
  '$name is the same text in whatever order services came',
  (format) => {
    const options = { ...scanOptions, details: true }
    const first = written(format.start(look, options))
    expect(first).not.toBe('')
    expect(
      written(format.start(look, options), sightings.toReversed(), findings.toReversed()),
    ).toBe(first)
  },
)

test.each(all.filter(({ name }) => name === 'sarif' || name === 'ocsf'))(
  '$name tells findings and no service',
  (format) => {
    const text = written(format.start(look, scanOptions))
    expect(text).toContain('ftp-server-writable-directory')
    expect(text).toContain('internet/203.0.113.5:21/tcp')
    expect(text).not.toContain('Postfix')
  },
)

test('SARIF says that a scan ended before its time', () => {
  const text = written(scanFormats.sarif.start(look, scanOptions), [coverage(false)], [], {
    ...summary,
    stopped: 'interrupted',
  })
  expect(text).toContain('the scan ended before its time (interrupted)')
})

test.each(all.filter(({ name }) => name !== 'json' && name !== 'ocsf'))(
  'a scan without an answer is a document in $name',
  (format) => {
    expect(written(format.start(look, scanOptions), [coverage()], [])).not.toBe('')
  },
)
