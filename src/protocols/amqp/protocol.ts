/**
 * AMQP 0-9-1 starts the talk when it is greeted with its header, and tells its product (specification §2.2.4, §1.4.2.1);
 * a server of another version, and one that is sent anything else, answers with the header it wants (AMQP 1.0 §2.2).
 */
import type { Product } from '../../model/service.ts'
import { begins, frame, slice, textOf, uint } from '../bytes.ts'
import { cpe } from '../cpe.ts'
import type { Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, part, type Reading, recognised, whole } from '../reading.ts'
import { readTable } from './table.ts'

/** Protocol id 0, version 0-9-1. */
const header = frame('AMQP', 0, 0, 9, 1)

export const amqp: Protocol = {
  id: 'amqp',
  title: 'AMQP',
  ports: [5672, 5671],
  probe: header,
  hear: (heard) => judge(heard, readAnswer, outcomeOf),
}

type Answer =
  | { readonly kind: 'header'; readonly version: string }
  | {
      readonly kind: 'start'
      readonly properties: ReadonlyMap<string, string>
      readonly mechanisms: string
    }

const maxFrame = 16_384
const frameEnd = 0xce

function readAnswer(bytes: Uint8Array): Reading<Answer> {
  const own = begins(bytes, [0x41, 0x4d, 0x51, 0x50])
  if (own !== 'no') return readHeader(bytes)
  // Method frame on channel 0, Connection.Start (10, 10) of 0-9.
  const start = begins(bytes, [1, 0, 0, null, null, null, null, 0, 10, 0, 10, 0, 9])
  const size = uint(bytes, 3, 4)
  if (start === 'no' || (size !== undefined && (size < 14 || size > maxFrame))) return foreign
  if (size === undefined || bytes.length < 7 + size + 1) return part()
  return bytes[7 + size] === frameEnd ? readStart(bytes.subarray(13, 7 + size)) : foreign
}

function readHeader(bytes: Uint8Array): Reading<Answer> {
  const [id, ...version] = bytes.subarray(4, 8)
  // Ids: 0 AMQP, 1 (in 0-8 and 0-9) AMQP, 2 TLS, 3 SASL.
  if (id !== undefined && id > 3) return foreign
  if (version.some((part) => part > 20)) return foreign
  if (bytes.length < 8) return part()
  // `1.1.0.10` and the like are of the years before 1.0.
  const [first, second, third] = version
  const printed =
    id === 1 ? `${second}-${third}` : first === 0 ? `0-${second}-${third}` : `${first}.${second}`
  return whole({ kind: 'header', version: id === 3 ? `${printed} with SASL` : printed })
}

/** Server properties, mechanisms and locales, each behind its length. */
function readStart(payload: Uint8Array): Reading<Answer> {
  const tableSize = uint(payload, 0, 4)
  const table = tableSize === undefined ? undefined : slice(payload, 4, tableSize)
  if (!table) return foreign
  const size = uint(payload, 4 + table.length, 4)
  const mechanisms = size === undefined ? undefined : slice(payload, 8 + table.length, size)
  if (!mechanisms) return foreign
  return whole({ kind: 'start', properties: readTable(table), mechanisms: textOf(mechanisms) })
}

function outcomeOf(answer: Answer): Outcome {
  if (answer.kind === 'header')
    return recognised('amqp', `AMQP header, version ${answer.version}`, {
      details: [['version', answer.version]],
    })
  const { properties, mechanisms } = answer
  const name = properties.get('product') ?? null
  const version = properties.get('version') ?? null
  const [cluster, platform] = [properties.get('cluster_name'), properties.get('platform')]
  return recognised('amqp', `Connection.Start${name === null ? '' : ` of ${name}`}`, {
    product: name === null ? null : productOf(name, version),
    banner: name === null ? null : [name, version].filter(Boolean).join(' '),
    details: [
      ['version', '0-9-1'],
      ['mechanisms', mechanisms],
      ...(platform ? ([['platform', platform]] as const) : []),
      ...(cluster ? ([['cluster', cluster]] as const) : []),
    ],
  })
}

const productOf = (name: string, version: string | null): Product => {
  const isRabbit = name === 'RabbitMQ'
  return {
    vendor: isRabbit ? 'VMware' : name.slice(0, 128),
    name: name.slice(0, 128),
    version: version?.slice(0, 64) ?? null,
    cpe: isRabbit ? cpe('vmware', 'rabbitmq', version) : null,
    confidence: 0.9,
    from: ['server-properties'],
  }
}
