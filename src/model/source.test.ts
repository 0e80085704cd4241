import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { below, documentOf, documentSource, formatSource, lineSource, pointer } from './source.ts'

const root = documentSource('groups.json')

describe('a place', () => {
  test.each([
    { name: 'the whole document', source: root, at: '', text: 'groups.json' },
    {
      name: 'a member',
      source: below(root, 'SecurityGroups'),
      at: '/SecurityGroups',
      text: 'groups.json /SecurityGroups',
    },
    {
      name: 'an element of a member',
      source: below(root, 'SecurityGroups', 0),
      at: '/SecurityGroups/0',
      text: 'groups.json /SecurityGroups/0',
    },
    {
      name: 'further down',
      source: below(below(below(root, 'SecurityGroups', 2), 'IpPermissions', 10), 'FromPort'),
      at: '/SecurityGroups/2/IpPermissions/10/FromPort',
      text: 'groups.json /SecurityGroups/2/IpPermissions/10/FromPort',
    },
    {
      name: 'an element of a list at the top',
      source: below(root, 3),
      at: '/3',
      text: 'groups.json /3',
    },
    {
      name: 'a member with an empty name',
      source: below(root, ''),
      at: '/',
      text: 'groups.json /',
    },
    {
      name: 'a name that needs escaping, ~ before / (RFC 6901 §4)',
      source: below(root, 'a/b~c~1', 0),
      at: '/a~1b~0c~01/0',
      text: 'groups.json /a~1b~0c~01/0',
    },
    {
      name: 'a record of several',
      source: below(documentSource('groups.ndjson', 4), 'GroupId'),
      at: '/GroupId',
      text: 'groups.ndjson#4 /GroupId',
    },
    {
      name: 'a record as a whole',
      source: documentSource('groups.ndjson', 0),
      at: '',
      text: 'groups.ndjson#0',
    },
    {
      name: 'a line and column',
      source: lineSource('broken.json', 12, 3),
      at: '',
      text: 'broken.json:12:3',
    },
    { name: 'a line', source: lineSource('list.txt', 7, null), at: '', text: 'list.txt:7' },
  ])('$name', ({ source, at, text }) => {
    expect(pointer(source)).toBe(at)
    expect(formatSource(source)).toBe(text)
  })

  test('names the value that it points to', () => {
    const key = fc.string({ unit: fc.constantFrom('a', '/', '~', '0', '1', ' '), maxLength: 4 })
    const steps = fc.array(fc.tuple(key, fc.option(fc.nat({ max: 3 }))), { maxLength: 5 })
    fc.assert(
      fc.property(steps, (path) => {
        const source = path.reduce((at, [member, index]) => below(at, member, index), root)
        const tokens = path.flatMap(([member, index]) =>
          index === null ? [member] : [member, String(index)],
        )
        expect(tokensOf(pointer(source))).toEqual(tokens)
        expect(documentOf(source).document).toBe('groups.json')
      }),
    )
  })
})

/** Reads a pointer back, as RFC 6901 §4 has it: `~1` before `~0`. */
const tokensOf = (text: string): string[] =>
  text
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
