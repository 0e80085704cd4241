/**
 * Suricata's EVE (https://docs.suricata.io/en/latest/output/eve/eve-json-format.html): the events flow, ftp, ftp_data, fileinfo
 * and tls. Events of one control connection have its flow's id; a data connection is tied to it by the port that was announced.
 */
import { formatAddress } from '../model/address.ts'
import { gap } from '../model/gap.ts'
import type { Flow, Observation } from '../model/observation.ts'
import { unknownTls } from '../model/service.ts'
import { documentSource } from '../model/source.ts'
import { isSecretVerb, isVerb } from '../protocols/ftp/verbs.ts'
import { serviceTeller, tlsVersion } from './flow-service.ts'
import { flowSpan } from './flow-span.ts'
import { countOf, listOf, member, portOf, textOf } from './flow-values.ts'
import { bad, type LineFormat, type LineOutcome, type LogContext, placeAt } from './log.ts'
import { type FileFacts, remember } from './read-companions.ts'
import {
  answer,
  forgetWaiting,
  greet,
  nameFile,
  type Sensed,
  say,
  sense,
  touch,
} from './sensed-session.ts'
import { idlePatience, sensedSessions } from './sensed-sessions.ts'
import { type EveEvent, readEvent } from './suricata-event.ts'
import { readFlowEvent } from './suricata-flow.ts'

export const suricataEve: LineFormat = {
  kind: 'lines',
  id: 'suricata-eve',
  title: 'Suricata EVE log',
  recognise(_head, lines) {
    const first = lines.find((line) => line.trim() !== '') ?? ''
    const isEvent = /"event_type"\s*:/.test(first) && /"timestamp"\s*:/.test(first)
    return isEvent && typeof readEvent(first) !== 'string' ? 0.95 : null
  },
  start: (context) => reader(context),
}

function reader(context: LogContext): ReturnType<LineFormat['start']> {
  const span = flowSpan()
  const tellService = serviceTeller()
  /** Which session announced a data connection. */
  const announced = new Map<string, string>()
  const sessions = sensedSessions('every-command', () => {})
  let strayFiles = 0

  function ftp(event: EveEvent, at: { line: number; offset: number }): LineOutcome {
    const { flowId, src, dst, body, time } = event
    if (flowId === null || src === null || dst === null || body === null)
      return bad('no-connection')
    const sensed = sessions.get(flowId) ?? sense(src, dst, time)
    touch(sensed, time, { document: context.document, ...at })
    readCommand(sensed, event)
    const port = portOf(member(body, 'dynamic_port'))
    if (port !== null && port > 0)
      for (const key of channelKeys(sensed, port)) remember(announced, key, flowId)
    return sessions.put(flowId, sensed)
  }

  /** Files go over the data connection: whose it is tells the port that was announced. */
  function file(event: EveEvent, name: string | null, facts: FileFacts | null): LineOutcome {
    const { src, dst, flowId } = event
    if (src === null || dst === null || name === null) return 'skip'
    const pair = [formatAddress(src.address), formatAddress(dst.address)].sort().join(' ')
    const id =
      announced.get(`${pair} ${src.port}`) ?? announced.get(`${pair} ${dst.port}`) ?? flowId ?? ''
    const sensed = sessions.get(id)
    if (sensed === undefined) {
      strayFiles++
      return 'skip'
    }
    if (facts !== null) nameFile(sensed, name, facts)
    return []
  }

  function tls(event: EveEvent, number: number, offset: number): LineOutcome {
    const { body, dst, time, flowId } = event
    if (body === null || dst === null) return bad('no-connection')
    const sensed = sessions.get(flowId ?? '')
    if (sensed !== undefined)
      sensed.tlsAt = sensed.tlsAt === null ? time : Math.min(sensed.tlsAt, time)
    const version = tlsVersion(textOf(member(body, 'version')))
    const serverName = textOf(member(body, 'sni'))
    // TLS that began as FTP is told with its session.
    if (sensed !== undefined) return []
    return tellService(
      {
        server: dst,
        seen: time,
        // ALPN is the one thing that says what is inside.
        word: listOf(member(body, 'server_alpns')).includes('ftp') ? 'ftp' : 'tls',
        from: 'tls event',
        tls: {
          ...unknownTls,
          version,
          offers: version === null ? {} : { [version]: 'yes' },
          subject: textOf(member(body, 'subject')),
          issuer: textOf(member(body, 'issuerdn')),
          notBefore: textOf(member(body, 'notbefore')),
          notAfter: textOf(member(body, 'notafter')),
        },
        details: serverName ? [['server name', serverName]] : [],
      },
      [placeAt(context, number, { offset, syslog: null })],
    )
  }

  function flow(event: EveEvent, number: number, offset: number): LineOutcome {
    const found = readFlowEvent(event)
    if (typeof found === 'string') return bad(found)
    span.add(found.start, found.end)
    const at = [placeAt(context, number, { offset, syslog: null })]
    return [
      { kind: 'flow', flow: found, at },
      ...closeSession(event, found),
      ...serviceOf(event, found, at),
    ]
  }

  function closeSession({ flowId, body }: EveEvent, found: Flow): readonly Observation[] {
    const sensed = sessions.get(flowId ?? '')
    if (sensed === undefined || flowId === null) return []
    sensed.connection = {
      start: found.start,
      end: found.end,
      startSeen: found.initiator === 'src',
      endSeen: textOf(member(body, 'state')) === 'closed',
      lostBytes: null,
      directions: directionsOf(sensed, countsOf(body)),
    }
    return sessions.close(flowId)
  }

  function serviceOf(
    { fields }: EveEvent,
    found: Flow,
    at: Parameters<typeof tellService>[1],
  ): readonly Observation[] {
    const word = textOf(member(fields, 'app_proto_orig')) ?? textOf(member(fields, 'app_proto'))
    if (word === null || found.transport !== 'tcp' || word === 'ftp-data') return []
    const named = { server: found.dst, seen: found.start, word: word.toLowerCase() }
    return tellService({ ...named, from: 'app_proto of a flow event' }, at)
  }

  return {
    line(text, number, { offset }) {
      if (text.trim() === '') return 'skip'
      const event = readEvent(text)
      if (typeof event === 'string') {
        span.spoil()
        return bad(event)
      }
      span.add(event.time, event.time)
      switch (event.type) {
        case 'flow':
          return flow(event, number, offset)
        case 'ftp':
          return ftp(event, { line: number, offset })
        case 'ftp_data':
          return file(event, textOf(member(event.body, 'filename')), null)
        case 'fileinfo':
          return textOf(member(event.fields, 'app_proto')) === 'ftp-data'
            ? file(event, textOf(member(event.body, 'filename')), factsOf(event))
            : 'skip'
        case 'tls':
          return tls(event, number, offset)
        default:
          return 'skip'
      }
    },
    idle: (now) => sessions.tellBefore(now - idlePatience),
    end() {
      const out = [...sessions.closeAll()]
      out.push(...span.coverage(null, false, [{ document: context.document }]))
      if (strayFiles > 0) {
        const message = `${strayFiles} events of files name no FTP session that is in this log: let Suricata log the event ftp too`
        const source = documentSource(context.document)
        out.push({ kind: 'gap', gap: gap('files-without-sessions', message, source) })
      }
      return out
    },
  }
}

/** `command_data` of PASS and its like is never read. */
function readCommand(sensed: Sensed, { body }: EveEvent): void {
  const verb = (textOf(member(body, 'command')) ?? '').toUpperCase()
  const isPlain = isVerb(verb) && !isSecretVerb(verb)
  const argument = isPlain ? textOf(member(body, 'command_data')) : null
  if (verb !== '') say(sensed, argument === null ? verb : `${verb} ${argument}`)
  const codes = listOf(member(body, 'completion_code')).map((code) => portOf(code) ?? 0)
  const texts = listOf(member(body, 'reply')).map((text) => textOf(text) ?? '')
  codes.slice(0, 64).forEach((code, i) => {
    // A reply of several lines has one code; several replies have one each.
    const lines = codes.length === 1 ? texts.slice(0, 256) : [texts[i] ?? '']
    const tell = verb === '' ? greet : answer
    if (code >= 100 && code < 1000) tell(sensed, code, lines.length === 0 ? [''] : lines)
  })
  if (codes.length > 0) forgetWaiting(sensed)
}

function channelKeys({ client, server }: Sensed, port: number): readonly string[] {
  const pair = [formatAddress(client.address), formatAddress(server.address)].sort().join(' ')
  return [`${pair} ${port}`]
}

/** A hash is of what was seen: with gaps or cut short it is not the file's. */
function factsOf({ body }: EveEvent): FileFacts {
  const state = textOf(member(body, 'state'))
  const complete = state === null ? null : state === 'CLOSED' && member(body, 'gaps') !== true
  const hash = textOf(member(body, 'sha256'))?.toLowerCase() ?? ''
  return {
    bytes: countOf(member(body, 'size')),
    complete,
    type: null,
    sha256: complete === true && /^[0-9a-f]{64}$/.test(hash) ? hash : null,
  }
}

interface Counts {
  readonly toServer: number | null
  readonly toClient: number | null
}
const countsOf = (body: EveEvent['body']): Counts => ({
  toServer: countOf(member(body, 'pkts_toserver')),
  toClient: countOf(member(body, 'pkts_toclient')),
})

function directionsOf(sensed: Sensed, { toServer, toClient }: Counts) {
  if (toClient === 0) return 'client'
  if (toServer === 0) return 'server'
  return sensed.dialogue.replySeen || toClient !== null ? 'both' : 'client'
}
