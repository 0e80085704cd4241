/** Zeek's conn.log (https://docs.zeek.org/en/master/logs/conn.html): a flow a connection, and the service it recognised. */

import { transportOf } from '../model/flow-batch.ts'
import type { Flow } from '../model/observation.ts'
import { serviceTeller } from './flow-service.ts'
import { flowSpan } from './flow-span.ts'
import { sumOf } from './flow-values.ts'
import { bad, type LineFormat, placeAt } from './log.ts'
import { type ConnectionFacts, remember } from './read-companions.ts'
import {
  confidenceFor,
  countIn,
  endIn,
  intervalIn,
  type Row,
  rowSource,
  timeIn,
} from './zeek-row.ts'

export const zeekConn: LineFormat = {
  kind: 'lines',
  id: 'zeek-conn',
  title: 'Zeek conn.log',
  tells: 'others',
  recognise: (_head, lines) =>
    confidenceFor(lines, 'conn', ['uid', 'id.orig_h', 'id.resp_h', 'proto', 'conn_state']),
  start(context) {
    const rows = rowSource()
    const span = flowSpan()
    const tellService = serviceTeller()
    return {
      line(text, number, about) {
        const row = rows.row(text)
        if (row === 'skip') return 'skip'
        const flow = 'bad' in row ? row.bad : readFlow(row)
        if (typeof flow === 'string') {
          span.spoil()
          return bad(flow)
        }
        if ('bad' in row) return 'skip'
        span.add(flow.start, flow.end)
        const at = [placeAt(context, number, about)]
        const services = servicesOf(row)
        const uid = row.text('uid')
        if (context.companions && uid !== null && services.some((name) => name === 'ftp'))
          remember(context.companions.connections, uid, factsOf(row, flow))
        const server = flow.dst
        const seen = flow.start
        const from = 'service in conn.log'
        const told =
          flow.transport === 'tcp'
            ? services.flatMap((word) => tellService({ server, seen, word, from }, at))
            : []
        return [{ kind: 'flow', flow, at }, ...told]
      },
      // A sensor may have lost packets without a word in this log.
      end: () => span.coverage(null, false, [{ document: context.document }]),
    }
  },
}

function readFlow(row: Row): Flow | string {
  const src = endIn(row, 'orig')
  const dst = endIn(row, 'resp')
  const start = timeIn(row)
  if (src === null || dst === null) return 'no-addresses'
  if (start === null) return 'no-time'
  const protocol = protocolNumber(row, src.address.family)
  if (protocol === null) return 'no-protocol'
  const isIcmp = protocol === 1 || protocol === 58
  const state = row.text('conn_state')
  return {
    observer: { kind: 'sensor', id: 'zeek' },
    // The ports of ICMP are its type and code here.
    src: isIcmp ? { ...src, port: 0 } : src,
    dst: isIcmp ? { ...dst, port: 0 } : dst,
    original: null,
    transport: transportOf(protocol),
    protocol,
    start,
    end: start + (intervalIn(row, 'duration') ?? 0),
    bytes: bytesOf(row),
    packets: sumOf(countIn(row, 'orig_pkts'), countIn(row, 'resp_pkts')),
    action: actionOf(state),
    // OTH: seen from the middle, so that who began is a guess.
    initiator: state === null || state === 'OTH' ? 'unknown' : 'src',
    sampled: null,
  }
}

/** Both directions, with their IP headers where they were counted. */
const bytesOf = (row: Row): number | null =>
  sumOf(countIn(row, 'orig_ip_bytes'), countIn(row, 'resp_ip_bytes')) ??
  sumOf(countIn(row, 'orig_bytes'), countIn(row, 'resp_bytes'))

function protocolNumber(row: Row, family: 4 | 6): number | null {
  switch (row.text('proto')) {
    case 'tcp':
      return 6
    case 'udp':
      return 17
    case 'icmp':
      return family === 4 ? 1 : 58
    default: {
      const number = countIn(row, 'ip_proto')
      return number !== null && number <= 255 ? number : null
    }
  }
}

/** A sensor filters nothing, but sees what came of it: an answered connection was let through, REJ was refused. */
function actionOf(state: string | null): Flow['action'] {
  switch (state) {
    case 'S1':
    case 'SF':
    case 'S2':
    case 'S3':
    case 'RSTO':
    case 'RSTR':
      return 'accept'
    case 'REJ':
      return 'reject'
    default:
      return 'unknown'
  }
}

/**
 * `ftp`, or several apart by commas; a minus marks one that it took back. TLS inside of FTP is FTP. A data connection's port is
 * no service.
 */
function servicesOf(row: Row): readonly string[] {
  const names = (row.text('service') ?? '')
    .toLowerCase()
    .split(',')
    .filter((name) => name !== '' && !name.startsWith('-') && !name.endsWith('ftp-data'))
    .slice(0, 8)
  return names.includes('ftp') ? names.filter((name) => name !== 'ssl') : names
}

/** History: S is the originator's SYN, letters of the responder are small. */
function factsOf(row: Row, { start, end }: Flow): ConnectionFacts {
  const history = row.text('history')
  const state = row.text('conn_state')
  const missed = countIn(row, 'missed_bytes')
  const hasBoth = history === null || (/[A-Z]/.test(history) && /[a-z]/.test(history))
  return {
    start,
    end,
    startSeen: history === null ? state !== 'OTH' : /s/i.test(history),
    endSeen: state !== null && /^(?:SF|REJ|RST.*)$/.test(state),
    lostBytes: missed,
    directions: hasBoth ? 'both' : /[A-Z]/.test(history ?? '') ? 'client' : 'server',
  }
}
