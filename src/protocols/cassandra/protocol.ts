/** Cassandra's native protocol tells what it supports before any login (Apache Cassandra, "native_protocol_v4.spec" §4.1.3, §4.2.4). */
import type { Product } from '../../model/service.ts'
import { field, frame, slice, textOf, uint, zeros } from '../bytes.ts'
import { cpe } from '../cpe.ts'
import type { Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, part, type Reading, recognised, whole } from '../reading.ts'

/** A number that an answer repeats. */
const stream = 0x5056
const streamField = field(stream, 2)
/** OPTIONS of version 4: version, flags, stream, opcode, no body. */
const options = frame(4, 0, streamField, 5, zeros(4))

export const cassandra: Protocol = {
  id: 'cassandra',
  title: 'Cassandra',
  ports: [9042, 9142],
  probe: options,
  hear: (heard) => judge(heard, readAnswer, outcomeOf),
}

type Answer =
  | { readonly kind: 'supported'; readonly options: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'error'; readonly message: string }

const errorCode = 0
const supported = 6
const maxBody = 16_384

/** Version with the bit of responses, flags, our stream (errors before it was read have 0), opcode, length, body. */
function readAnswer(bytes: Uint8Array): Reading<Answer> {
  const [version, flags, own, opcode, length] = [
    bytes[0],
    bytes[1],
    uint(bytes, 2, 2),
    bytes[4],
    uint(bytes, 5, 4),
  ]
  if (version === undefined || version < 0x81 || version > 0x86) return foreign
  if (flags !== undefined && (flags & 0xe0) !== 0) return foreign
  if (own !== undefined && own !== stream && own !== 0) return foreign
  if (opcode !== undefined && opcode !== errorCode && opcode !== supported) return foreign
  if (length !== undefined && (length < 2 || length > maxBody)) return foreign
  if (length === undefined || bytes.length < 9 + length) return part()
  const body = bytes.subarray(9, 9 + length)
  return opcode === supported ? readSupported(body) : readError(body)
}

/** A multimap: number of entries, each a name and a list of texts; counts and lengths are of two bytes. */
function readSupported(body: Uint8Array): Reading<Answer> {
  const texts = new Map<string, readonly string[]>()
  let at = 2
  const next = (): string | undefined => {
    const text = slice(body, at + 2, uint(body, at, 2) ?? body.length)
    at += 2 + (text?.length ?? 0)
    return text && textOf(text)
  }
  for (let left = uint(body, 0, 2) ?? 0; left > 0; left--) {
    const name = next()
    const count = uint(body, at, 2)
    if (name === undefined || count === undefined || count > body.length / 2) return foreign
    at += 2
    const values = Array.from({ length: count }, next)
    if (values.includes(undefined)) return foreign
    texts.set(
      name,
      values.filter((value) => value !== undefined),
    )
  }
  return texts.has('CQL_VERSION') ? whole({ kind: 'supported', options: texts }) : foreign
}

/** Code (4) and message. */
function readError(body: Uint8Array): Reading<Answer> {
  const message = slice(body, 6, uint(body, 4, 2) ?? 0)
  const text = message && textOf(message)
  return text && /^[\t\n\r\x20-\x7e]+$/.test(text)
    ? whole({ kind: 'error', message: text })
    : foreign
}

function outcomeOf(answer: Answer): Outcome {
  if (answer.kind === 'error')
    return recognised('cassandra', `ERROR: ${answer.message}`, { banner: answer.message })
  const { options } = answer
  const [cql, versions] = [options.get('CQL_VERSION'), options.get('PROTOCOL_VERSIONS')]
  const isScylla = [...options.keys()].some((name) => name.startsWith('SCYLLA_'))
  return recognised('cassandra', `SUPPORTED, CQL ${cql?.join(', ')}`, {
    product: isScylla
      ? product('ScyllaDB', 'ScyllaDB', null)
      : product('Apache', 'Cassandra', cpe('apache', 'cassandra', null)),
    details: [
      ['CQL', cql?.join(', ') ?? ''],
      ...(versions ? ([['protocol', versions.join(', ')]] as const) : []),
    ],
  })
}

const product = (vendor: string, name: string, named: string | null): Product => ({
  vendor,
  name,
  version: null,
  cpe: named,
  confidence: 0.75,
  from: ['options'],
})
