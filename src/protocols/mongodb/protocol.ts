/**
 * MongoDB answers who it is before any login (MongoDB manual, "MongoDB Wire Protocol"). The question goes in the old
 * form, OP_QUERY, which every version takes for this command alone.
 */
import type { Product } from '../../model/service.ts'
import { begins, field, frame, textOf, uint, zeros } from '../bytes.ts'
import { cpe } from '../cpe.ts'
import type { Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, part, type Reading, recognised, whole } from '../reading.ts'
import { type BsonValue, readDocument } from './bson.ts'

const requestId = field(0x50_52_56_45, 4, 'le')
const command = frame(field(19, 4, 'le'), 0x10, 'isMaster\0', field(1, 4, 'le'), 0)
const body = frame(
  field(4, 4, 'le'),
  'admin.$cmd\0',
  zeros(4),
  field(0xffff_ffff, 4, 'le'),
  command,
)
/** `{ isMaster: 1 }` of the database admin, without a word about the client. */
const isMaster = frame(
  field(16 + body.length, 4, 'le'),
  requestId,
  zeros(4),
  field(2004, 4, 'le'),
  body,
)

export const mongodb: Protocol = {
  id: 'mongodb',
  title: 'MongoDB',
  ports: [27017, 27018, 27019],
  probe: isMaster,
  hear: (heard) => judge(heard, readReply, outcomeOf),
}

type Reply =
  | { readonly kind: 'document'; readonly fields: ReadonlyMap<string, BsonValue> }
  | { readonly kind: 'http' }

const maxReply = 16_384
const httpStart = [...frame('HTTP/1.0 200 OK\r\n')]
/** What every version since 2.x says to a browser. */
const httpText =
  'It looks like you are trying to access MongoDB over HTTP on the native driver port'

/** OP_REPLY: length, id, the id it answers, opcode 1; flags, cursor, place, count; then the document. */
function readReply(bytes: Uint8Array): Reading<Reply> {
  if (begins(bytes, httpStart) !== 'no') return readHttp(bytes)
  const length = uint(bytes, 0, 4, 'le')
  if (length !== undefined && (length < 36 + 5 || length > maxReply)) return foreign
  const answered = begins(bytes.subarray(8), [...requestId, 1, 0, 0, 0])
  if (answered === 'no') return foreign
  if (length === undefined || bytes.length < length) return part()
  const fields = readDocument(bytes.subarray(36, length))
  return fields?.has('ok') ? whole({ kind: 'document', fields }) : foreign
}

function readHttp(bytes: Uint8Array): Reading<Reply> {
  const text = textOf(bytes.subarray(0, 1024))
  if (text.includes(httpText)) return whole({ kind: 'http' })
  // The head is five short lines, and nothing but this sentence follows.
  const [head, sentence] = text.split('\r\n\r\n', 2)
  const mayCome = sentence === undefined ? (head?.length ?? 0) < 512 : httpText.startsWith(sentence)
  return mayCome && bytes.length < 1024 ? part() : foreign
}

function outcomeOf(reply: Reply): Outcome {
  if (reply.kind === 'http') return recognised('mongodb', httpText, { product: product(0.85) })
  const { fields } = reply
  const wire = fields.get('maxWireVersion')
  const release = typeof wire === 'number' ? releases[wire] : undefined
  const [set, failure] = [fields.get('setName'), fields.get('errmsg')]
  const line = typeof wire === 'number' ? `wire versions to ${wire}` : 'no wire version'
  return recognised('mongodb', `reply to isMaster, ${line}`, {
    // Compatible databases answer likewise; the age of the protocol is all that is told.
    product: product(0.7),
    banner: typeof failure === 'string' ? failure : null,
    details: [
      ...(release === undefined ? [] : ([['release', release]] as const)),
      ...(fields.get('msg') === 'isdbgrid' ? ([['role', 'router (mongos)']] as const) : []),
      ...(typeof set === 'string' ? ([['replica set', set]] as const) : []),
      ...(typeof set === 'string' ? ([['role', roleOf(fields)]] as const) : []),
    ],
  })
}

const roleOf = (fields: ReadonlyMap<string, BsonValue>): string => {
  if (fields.get('ismaster') === true) return 'primary'
  return fields.get('secondary') === true ? 'secondary' : 'neither primary nor secondary'
}

const product = (confidence: number): Product => ({
  vendor: 'MongoDB',
  name: 'MongoDB',
  version: null,
  cpe: cpe('mongodb', 'mongodb', null),
  confidence,
  from: ['reply'],
})

/** maxWireVersion by release (mongo, src/mongo/db/wire_version.h). */
const releases: Readonly<Record<number, string>> = {
  0: '2.4 or older',
  1: '2.4',
  2: '2.6',
  3: '3.0',
  4: '3.2',
  5: '3.4',
  6: '3.6',
  7: '4.0',
  8: '4.2',
  9: '4.4',
  13: '5.0',
  14: '5.1',
  15: '5.2',
  16: '5.3',
  17: '6.0',
  18: '6.1',
  19: '6.2',
  20: '6.3',
  21: '7.0',
  22: '7.1',
  23: '7.2',
  24: '7.3',
  25: '8.0',
  26: '8.1',
  27: '8.2',
}
