/** What a connection leaves when it is forgotten: one flow, both directions together. */
import { transportOf } from '../model/flow-batch.ts'
import type { Flow } from '../model/observation.ts'
import type { Connection } from './tcp-connection.ts'

export type FlowObserver = Flow['observer']

/** `src` is who opened it where that is known, else who was seen first. Bytes are those of IP packets on the wire. */
export function readFlow<State>(connection: Connection<State>, observer: FlowObserver): Flow {
  const [first, second] = connection.halves
  const isTurned = connection.initiator === 1
  const [one, two] = connection.ends
  const isTcp = connection.protocol === 6
  return {
    observer,
    src: isTurned ? two : one,
    dst: isTurned ? one : two,
    original: null,
    transport: transportOf(connection.protocol),
    protocol: connection.protocol,
    start: connection.start,
    end: connection.last,
    bytes: first.octets + second.octets,
    packets: first.packets + second.packets,
    action: isTcp ? actionOf(connection) : 'unknown',
    initiator: connection.initiator === null ? 'unknown' : 'src',
    sampled: 1,
  }
}

/** A reset in answer to the first packet refuses; a SYN that nobody answers may have been dropped or not been seen. */
function actionOf<State>(connection: Connection<State>): Flow['action'] {
  const [first, second] = connection.halves
  if (first.hasSyn && second.hasSyn) return 'accept'
  if (first.bytes + second.bytes > 0) return 'accept'
  if (connection.isTold && first.isKnown && second.isKnown && !connection.wasReset) return 'accept'
  return connection.wasReset && first.packets > 0 && second.packets > 0 ? 'reject' : 'unknown'
}
