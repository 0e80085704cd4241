import { expect, test } from 'vitest'
import { hostileAudit, options, richAudit } from '../testing/fixture.ts'
import { junit } from './junit.ts'

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
}

/** Well-formed XML of elements, attributes and text; throws on anything else. */
function parse(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] }
  const open = [root]
  const body = text.replace(/^<\?xml [^?]*\?>\n/, '')
  const token =
    /<(\/?)([a-z]+)((?: [a-z]+="[^"<>&]*(?:&(?:amp|lt|gt|quot|#39);[^"<>&]*)*")*)(\/?)>|[^<>&]+|&(?:amp|lt|gt|quot|#39);/gy
  while (token.lastIndex < body.length) {
    const at = token.lastIndex
    const match = token.exec(body)
    if (!match) throw new Error(`not well-formed at ${at}: ${body.slice(at, at + 40)}`)
    const [, closing, name, attributes = '', empty] = match
    if (name === undefined) continue
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`${name} closes something else`)
      continue
    }
    const element: Element = {
      name,
      attributes: Object.fromEntries(
        [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
      ),
      children: [],
    }
    open.at(-1)?.children.push(element)
    if (!empty) open.push(element)
  }
  expect(open).toEqual([root])
  expect(root.children).toHaveLength(1)
  return root.children[0] as Element
}
const render = (...args: Parameters<typeof junit.render>): Element =>
  parse([...junit.render(...args)].join(''))

test('suites are checks, cases are resources, and the counts add up', () => {
  const root = render(richAudit, options)
  expect(root.attributes).toMatchObject({ tests: '21', failures: '15', skipped: '4', errors: '0' })
  for (const suite of root.children) {
    const of = (name: string) =>
      suite.children.filter((it) => it.children.some((child) => child.name === name)).length
    expect(suite.attributes).toMatchObject({
      tests: String(suite.children.length),
      failures: String(of('failure')),
      skipped: String(of('skipped')),
      timestamp: '2026-11-21T12:00:00Z',
    })
  }
})

test('what is unknown is skipped with its reason, and so is what is exempt', () => {
  const cases = render(richAudit, options).children.flatMap((suite) => suite.children)
  const skipped = cases.flatMap((it) => it.children.filter(({ name }) => name === 'skipped'))
  const messages = skipped.map((it) => it.attributes['message'] ?? '')
  expect(messages.some((it) => it.startsWith('unknown: ') && it.includes('pl-0123'))).toBe(true)
  expect(messages.some((it) => it.startsWith('exempt until 2027-03-31'))).toBe(true)
})

test('hostile names stay text', () => {
  expect(() => render(hostileAudit(`"'<&>]]>\u0000\uffff`), options)).not.toThrow()
})
