/**
 * Zeek's ftp.log (https://docs.zeek.org/en/master/scripts/base/protocols/ftp/info.zeek.html): a row a command, of the commands
 * that Zeek is told to log. The column `password` is never read.
 */
import type { Observation } from '../model/observation.ts'
import { isSecretVerb, isVerb } from '../protocols/ftp/verbs.ts'
import { flowSpan } from './flow-span.ts'
import { bad, type LineFormat, type LogContext, placeAt } from './log.ts'
import type { FileFacts } from './read-companions.ts'
import {
  answer,
  forgetWaiting,
  greet,
  nameLastFile,
  nameUser,
  type Sensed,
  say,
  sense,
  touch,
} from './sensed-session.ts'
import { idlePatience, sensedSessions } from './sensed-sessions.ts'
import { confidenceFor, countIn, endIn, type Row, rowSource, timeIn } from './zeek-row.ts'

export const zeekFtp: LineFormat = {
  kind: 'lines',
  id: 'zeek-ftp',
  title: 'Zeek ftp.log',
  asks: ['zeek-conn', 'zeek-files', 'zeek-ssl'],
  recognise: (_head, lines) =>
    confidenceFor(lines, 'ftp', ['uid', 'id.orig_h', 'id.resp_h', 'command']),
  start(context) {
    const rows = rowSource()
    const span = flowSpan()
    const sessions = sensedSessions('some-commands', (uid, sensed) =>
      withCompanions(context, uid, sensed),
    )
    return {
      // No sample: a row that is not understood may have the password anywhere.
      line(text, number, about) {
        const row = rows.row(text)
        if (row === 'skip') return 'skip'
        if ('bad' in row) {
          span.spoil()
          return bad(row.bad)
        }
        const uid = row.text('uid')
        const client = endIn(row, 'orig')
        const server = endIn(row, 'resp')
        const time = timeIn(row)
        if (uid === null || client === null || server === null || time === null) {
          span.spoil()
          return bad(time === null ? 'no-time' : 'no-connection')
        }
        span.add(time, time)
        const sensed = sessions.get(uid) ?? sense(client, server, time)
        touch(sensed, time, placeAt(context, number, about))
        readCommand(context, sensed, row)
        return sessions.put(uid, sensed)
      },
      idle: (now) => sessions.tellBefore(now - idlePatience),
      end(): readonly Observation[] {
        const at = [{ document: context.document }]
        return [...sessions.closeAll(), ...span.coverage(null, false, at)]
      },
    }
  },
}

function readCommand(context: LogContext, sensed: Sensed, row: Row): void {
  const user = row.text('user')
  if (user !== null && user !== '' && user !== '<unknown>') nameUser(sensed, user)
  const verb = (row.text('command') ?? '').toUpperCase()
  const code = countIn(row, 'reply_code')
  const reply = code !== null && code >= 100 && code < 1000 ? code : null
  const words = [row.text('reply_msg') ?? '']
  // Zeek's name for what stands before the first command.
  if (verb === '' || verb === '<INIT>') {
    if (reply !== null) greet(sensed, reply, words)
    return
  }
  const argument = isVerb(verb) && !isSecretVerb(verb) ? pathOf(row.text('arg') ?? '') : ''
  say(sensed, argument === '' ? verb : `${verb} ${argument}`)
  if (reply !== null) answer(sensed, reply, words)
  forgetWaiting(sensed)
  if (/^(?:RETR|STOR|APPE|STOU)$/.test(verb)) nameLastFile(sensed, factsOf(context, row))
}

/** Zeek writes what a transfer names as a URL, with `/./` where it does not know the directory. */
const pathOf = (argument: string): string =>
  argument.replace(/^ftp:\/\/[^/]*(?=\/)/i, '').replace(/^\/\.\//, '')

function factsOf(context: LogContext, row: Row): FileFacts {
  const known = context.companions?.files.get(row.text('fuid') ?? '')
  return {
    bytes: countIn(row, 'file_size') ?? known?.bytes ?? null,
    complete: known?.complete ?? null,
    type: row.text('mime_type') ?? known?.type ?? null,
    sha256: known?.sha256 ?? null,
  }
}

function withCompanions({ companions }: LogContext, uid: string, sensed: Sensed): void {
  sensed.connection = companions?.connections.get(uid) ?? null
  sensed.tlsAt = companions?.encryptions.get(uid) ?? null
}
