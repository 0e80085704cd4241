import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeText } from './escape.ts'
import { formatNames } from './format.ts'
import { formats } from './index.ts'
import {
  emptyAudit,
  hostileAudit,
  largeAudit,
  options,
  reversed,
  richAudit,
} from './testing/fixture.ts'

const all = Object.values(formats)

test('the registry holds exactly the formats of the folder, each under its name', () => {
  const files = readdirSync(new URL('./formats/', import.meta.url))
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
  expect(Object.keys(formats).sort()).toEqual(files.sort())
  expect([...formatNames].sort()).toEqual(files.sort())
  for (const [name, format] of Object.entries(formats)) expect(format.name).toBe(name)
})

/** Pieces that do harm somewhere, between anything else. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='x",
        ']]>',
        '<!--',
        '&lt;',
        '\u001b[2J',
        '\u001b]0;title\u0007',
        '\u009b31m',
        '\u202e',
        '\r\n',
        '=cmd()',
        '+1',
        '@x',
        ',"',
        '{0}',
        '[a](b)',
        '\u0000',
        '\ud800',
        '\uffff',
        '/',
        '~',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''))

describe.each(all)('$name', (format) => {
  const text = (...args: Parameters<typeof format.render>): string =>
    [...format.render(...args)].join('')

  test.each([false, true])('is the same text in every run and order (all: %s)', (showAll) => {
    const told = { ...options, showAll }
    const first = text(richAudit, told)
    expect(text(richAudit, told)).toBe(first)
    expect(text(reversed(richAudit), told)).toBe(first)
  })

  test('holds no control characters, separators or overrides, whatever the names are', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const out = text(hostileAudit(name), { ...options, showAll: true })
        const lines = out.replaceAll('\r\n', '\n').split('\n')
        for (const line of lines) expect(escapeText(line)).toBe(line)
      }),
      { numRuns: 60 },
    )
  })

  test('is streamed in chunks of bounded size', () => {
    const audit = largeAudit(format.name === 'table' ? 8000 : 2000)
    let chunks = 0
    for (const chunk of format.render(audit, { ...options, showAll: true })) {
      chunks++
      expect(chunk.length).toBeLessThan(300_000)
    }
    expect(chunks).toBeGreaterThan(format.name === 'table' ? 1 : 2)
  })
})

test.each(all.filter(({ name }) => name !== 'ocsf'))(
  'in $name an empty audit is still a document',
  (format) => {
    expect([...format.render(emptyAudit, options)].join('')).not.toBe('')
  },
)

/** The tags of a document, without attribute values and text. */
const skeleton = (markup: string): readonly string[] =>
  (markup.match(/<[^>]*>/g) ?? []).map((tag) => tag.replaceAll(/="[^"]*"/g, ''))

test.each(['html', 'junit'] as const)('in %s no name can open, close or change a tag', (name) => {
  const render = (text: string): string =>
    [...formats[name].render(hostileAudit(text), { ...options, showAll: true })].join('')
  const harmless = skeleton(render('xharmless'))
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(skeleton(render(`x${text}`))).toEqual(harmless)
    }),
    { numRuns: 60 },
  )
})
