/**
 * Reads the small part of YAML that the pages write: block maps and lists, indented by two, with JSON scalars. It is
 * written from the YAML rules and not from the writer, so that both can be held against each other.
 */
export function parseYaml(text: string): unknown {
  const lines = text.split('\n').map((line) => {
    const body = line.trimStart()
    const indent = line.length - body.length
    if (indent % 2 !== 0 || body === '' || body !== body.trimEnd())
      throw new Error(`bad line: ${line}`)
    return { indent, body }
  })
  const [value, rest] = readBlock(lines)
  if (rest.length > 0) throw new Error(`stray line: ${rest[0]?.body}`)
  return value
}

interface Line {
  readonly indent: number
  readonly body: string
}
type Read = readonly [unknown, readonly Line[]]

function readBlock(lines: readonly Line[]): Read {
  const first = lines[0]
  if (!first) throw new Error('an empty block')
  return first.body.startsWith('- ') ? readList(lines, first.indent) : readMap(lines, first.indent)
}

function readList(lines: readonly Line[], indent: number): Read {
  const out: unknown[] = []
  let rest = lines
  while (rest[0]?.indent === indent && rest[0].body.startsWith('- ')) {
    const item = { indent: indent + 2, body: rest[0].body.slice(2) }
    if (isEntry(item.body)) {
      const [value, after] = readMap([item, ...rest.slice(1)], indent + 2)
      out.push(value)
      rest = after
    } else {
      out.push(JSON.parse(item.body))
      rest = rest.slice(1)
    }
  }
  return [out, rest]
}

function readMap(lines: readonly Line[], indent: number): Read {
  const out: Record<string, unknown> = {}
  let rest = lines
  while (rest[0]?.indent === indent && isEntry(rest[0].body)) {
    const [, key = '', own] = entry.exec(rest[0].body) ?? []
    if (key in out) throw new Error(`twice: ${key}`)
    if (own !== undefined) {
      out[key] = JSON.parse(own)
      rest = rest.slice(1)
    } else {
      if ((rest[1]?.indent ?? 0) <= indent) throw new Error(`nothing below ${key}`)
      const [value, after] = readBlock(rest.slice(1))
      out[key] = value
      rest = after
    }
  }
  if (rest.length === lines.length) throw new Error(`no entry: ${rest[0]?.body}`)
  return [out, rest]
}

/** Keys need no quotes: letters, digits and `::` inside, never `: `. */
const entry = /^([A-Za-z][\w:]*):(?: (.+))?$/
const isEntry = (body: string): boolean => entry.test(body)
