/**
 * HTTP (RFC 9112). One round trip tells what the head says. What Windows Remote Management is shows only at its own
 * address: see `winrm`.
 */
import type { Heard, Outcome, Protocol } from '../protocol.ts'
import { rtsp } from '../rtsp/protocol.ts'
import { findSoftware } from '../software.ts'
import { is, more, not, textOf, wireBytes } from '../text.ts'
import { fieldNamed, fieldsNamed, type Head, readHead } from './head.ts'
import { httpServers } from './products.ts'
import { expectsMore, managementOf } from './wsman.ts'

export const http: Protocol = {
  id: 'http',
  title: 'HTTP',
  ports: [80, 443, 8080, 8443, 8000, 8888],
  // Version 1.0: the answer is not cut into chunks, and the server closes behind it.
  probe: wireBytes('GET / HTTP/1.0\r\nUser-Agent: portreeve\r\nAccept: */*\r\n\r\n'),
  hear(heard) {
    const { text, ended } = textOf(heard)
    // A media server answers HTTP's question in its own name.
    if (text.startsWith('R')) return rtsp.hear(heard)
    const head = readHead(text, ended, 'HTTP')
    if (head.kind !== 'head') return head.kind === 'more' ? more : not
    return !ended && expectsMore(heard, head) ? more : found(heard, head)
  },
}

function found(heard: Heard, head: Head): Outcome {
  const server = fieldNamed(head, 'server')
  const management = managementOf(heard, head)
  const said = server === undefined ? null : findSoftware(httpServers, server, 'server-header')
  return is({
    protocol: management ? 'winrm' : heard.overTls ? 'https' : 'http',
    line: head.statusLine,
    product: management?.product ?? said,
    banner: server ?? head.statusLine,
    details: [
      ['status', head.statusLine.slice('HTTP/1.1 '.length)],
      ['version', `HTTP/${head.version}`],
      ['server', server],
      ['powered by', fieldNamed(head, 'x-powered-by')],
      ['location', fieldNamed(head, 'location')],
      ['authentication', fieldsNamed(head, 'www-authenticate').join(', ')],
      ['management stack', management?.version],
    ],
  })
}
