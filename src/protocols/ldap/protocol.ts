/** LDAP: reads the root entry without a login (RFC 4511 §4.5, RFC 4512 §5.1), which tells or refuses. */
import { equal, field, textOf, uint } from '../bytes.ts'
import { type Heard, heardLimit, type Outcome, type Protocol } from '../protocol.ts'
import { foreign, judge, not, part, type Reading, recognised, whole } from '../reading.ts'
import { type Element, element, readElement, readElements } from './ber.ts'
import { detailsOf, productOf, type RootEntry, rootAttributes } from './root.ts'

/** An id that an answer repeats. */
const messageId = 0x5056

/** SearchRequest: base object "", no aliases, one entry, five seconds, values too, `(objectClass=*)`. */
const search = element(
  0x30,
  element(0x02, field(messageId, 2)),
  element(
    0x63,
    ...[element(0x04), element(0x0a, 0), element(0x0a, 0), element(0x02, 1), element(0x02, 5)],
    ...[element(0x01, 0), element(0x87, 'objectClass')],
    element(0x30, ...rootAttributes.map((name) => element(0x04, name))),
  ),
)

export const ldap: Protocol = {
  id: 'ldap',
  title: 'LDAP',
  ports: [389, 636, 3268, 3269],
  probe: search,
  hear: (heard) => judge(heard, readAnswer, (answer) => outcomeOf(answer, heard)),
}

interface Answer {
  readonly entry: RootEntry | null
  /** resultCode of the end of the search; null when it did not come. */
  readonly code: number | null
  readonly diagnostic: string
  /** Notice of Disconnection (RFC 4511 §4.4.1): the server understood nothing and leaves. */
  readonly isNotice: boolean
}
const nothing: Answer = { entry: null, code: null, diagnostic: '', isNotice: false }

const searchEntry = 0x64
const searchDone = 0x65
const searchReference = 0x73
const extended = 0x78
const disconnection = '1.3.6.1.4.1.1466.20036'

/** Messages up to the end of the search. */
function readAnswer(bytes: Uint8Array): Reading<Answer> {
  let answer = nothing
  let isOurs = false
  for (let at = 0; at < heardLimit; ) {
    const read = readElement(bytes, at)
    if (read.kind === 'malformed') return foreign
    if (read.kind === 'part')
      return mayBeMessage(read.tag, read.value) ? part(isOurs ? answer : null) : foreign
    const message = readMessage(read.element)
    if (!message) return foreign
    const { id, operation } = message
    if (operation.tag === extended && id === 0) return readNotice(operation.value)
    if (id !== messageId) return foreign
    isOurs = true
    if (operation.tag === searchEntry) answer = { ...answer, entry: readEntry(operation.value) }
    else if (operation.tag === searchDone) return readDone(operation.value, answer)
    else if (operation.tag !== searchReference) return foreign
    at = read.element.end
  }
  return foreign
}

/** So that other protocols that begin with a zero digit need not be waited for. */
function mayBeMessage(tag: number | null, value: Uint8Array | null): boolean {
  if (tag !== null && tag !== 0x30) return false
  const [type, size] = [value?.[0], value?.[1]]
  return (type === undefined || type === 0x02) && (size === undefined || (size >= 1 && size <= 4))
}

function readMessage(
  outer: Element,
): { readonly id: number; readonly operation: Element } | undefined {
  if (outer.tag !== 0x30) return undefined
  const [first, operation] = readElements(outer.value) ?? []
  if (!first || !operation || first.tag !== 0x02) return undefined
  const size = first.value.length
  if (size < 1 || size > 4) return undefined
  return { id: first.value.reduce((value, byte) => value * 256 + byte, 0), operation }
}

/** LDAPResult: code, matched name, diagnostic text. */
function readDone(value: Uint8Array, answer: Answer): Reading<Answer> {
  const [code, matched, diagnostic] = readElements(value) ?? []
  if (code?.tag !== 0x0a || matched?.tag !== 0x04 || diagnostic?.tag !== 0x04) return foreign
  return whole({
    ...answer,
    code: uint(code.value, 0, 1) ?? 0,
    diagnostic: textOf(diagnostic.value),
  })
}

function readNotice(value: Uint8Array): Reading<Answer> {
  const elements = readElements(value) ?? []
  const [code, , diagnostic] = elements
  const name = elements.find(({ tag }) => tag === 0x8a)
  // OpenLDAP before 2.1 left the name out.
  if (code?.tag !== 0x0a || diagnostic?.tag !== 0x04) return foreign
  if (name && textOf(name.value) !== disconnection) return foreign
  return whole({
    ...nothing,
    isNotice: true,
    code: uint(code.value, 0, 1) ?? 0,
    diagnostic: textOf(diagnostic.value),
  })
}

/** Name, then attributes of a type and a set of values; what is not so is left out. */
function readEntry(value: Uint8Array): RootEntry {
  const [, list] = readElements(value) ?? []
  const entry = new Map<string, readonly string[]>()
  for (const attribute of readElements(list?.value ?? new Uint8Array()) ?? []) {
    const [type, values] = readElements(attribute.value) ?? []
    const all = values && readElements(values.value)
    if (type && all)
      entry.set(
        textOf(type.value).toLowerCase(),
        all.map((each) => textOf(each.value)),
      )
  }
  return entry
}

function outcomeOf(answer: Answer, { sent }: Heard): Outcome {
  if (answer.isNotice)
    return recognised('ldap', `Notice of Disconnection, code ${answer.code}`, {
      banner: answer.diagnostic || null,
    })
  if (!equal(sent, search)) return not
  const root = answer.entry ?? new Map()
  const refused = answer.code === null ? null : (refusals[answer.code] ?? null)
  return recognised(
    'ldap',
    `search result, ${answer.code === null ? 'no end' : `code ${answer.code}`}`,
    {
      product: productOf(root),
      banner: answer.diagnostic || null,
      details: [
        ...detailsOf(root),
        ...(refused === null ? [] : ([['anonymous', refused]] as const)),
      ],
    },
  )
}

/** resultCode (RFC 4511 §4.1.9) of servers that tell nothing without a login. */
const refusals: Readonly<Record<number, string>> = {
  1: 'refused (operations error)',
  8: 'refused (stronger authentication required)',
  13: 'refused (confidentiality required)',
  48: 'refused (inappropriate authentication)',
  50: 'refused (insufficient access)',
  53: 'refused (unwilling to perform)',
}
