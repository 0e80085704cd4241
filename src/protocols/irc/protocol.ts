/** IRC (RFC 2812): notices before registration, a PING, or a numeric in answer to what it does not know. */
import type { Protocol } from '../protocol.ts'
import { findSoftware, type SoftwareMark } from '../software.ts'
import { firstLine, is, more, not, textOf } from '../text.ts'

export const irc: Protocol = {
  id: 'irc',
  title: 'IRC',
  ports: [6667, 6697, 6660],
  probe: null,
  hear(heard) {
    const { text, ended } = textOf(heard)
    const first = firstLine(text, ended, ':', 'NOTICE ', 'ERROR :', 'PING :')
    if (first.kind !== 'line') return first.kind === 'more' ? more : not
    const match = shapes.map((shape) => shape.exec(first.line)).find((found) => found !== null)
    if (!match) return not
    const { server, said } = match.groups ?? {}
    return is({
      protocol: 'irc',
      line: first.line,
      product: findSoftware(servers, first.line, 'banner'),
      banner: said ?? null,
      details: [['server name', server]],
    })
  },
}

const prefix = '(?::(?<server>[^\\s:]{1,255}) )'
const shapes: readonly RegExp[] = [
  new RegExp(`^${prefix}?NOTICE (?:AUTH|\\*|Auth|[\\w-]{1,32}) :(?<said>.*)$`),
  // Numerics of three digits: not registered, unknown command, …
  new RegExp(`^${prefix}\\d{3} \\S{1,64} (?<said>.*)$`),
  /^ERROR :(?<said>Closing Link: .*|Trying to reconnect too fast.*|Your host is trying to \(re\)connect too fast.*|Too many .*)$/,
  /^PING :(?<said>\S{1,255})$/,
]

const servers: readonly SoftwareMark[] = [
  {
    text: /\bUnrealIRCd[- ]?v?([0-9][\w.]{0,15})?/i,
    vendor: 'UnrealIRCd',
    name: 'UnrealIRCd',
    cpe: { vendor: 'unrealircd', product: 'unrealircd' },
  },
  {
    text: /\bInspIRCd[- ]?v?([0-9][\w.]{0,15})?/i,
    vendor: 'InspIRCd',
    name: 'InspIRCd',
    cpe: { vendor: 'inspircd', product: 'inspircd' },
  },
  {
    text: /\bngIRCd[- ]?v?([0-9][\w.]{0,15})?/i,
    vendor: 'ngIRCd',
    name: 'ngIRCd',
    cpe: { vendor: 'barton', product: 'ngircd' },
  },
]
