/**
 * One line of vsftpd's own log (vsftpd.conf(5): vsftpd_log_file, dual_log_enable, log_ftp_protocol, syslog_enable). Users and
 * file names stand in it as they came, so a line that can be read in two ways is not read at all.
 */
import type { Address } from '../model/address.ts'
import { type LocalTime, parseCtime } from './local-time.ts'
import { type BadLine, bad } from './log.ts'
import { parseClient } from './server-log.ts'

export interface VsftpdLine {
  readonly kind: 'line'
  /** Null in a log that went through syslog. */
  readonly local: LocalTime | null
  readonly pid: string | null
  readonly user: string | null
  readonly outcome: 'ok' | 'failed' | null
  readonly action: string
  readonly client: Address
  /** File, command or reply; null where there is none. */
  readonly text: string | null
  readonly bytes: number | null
  /** A password of nobody stood here; it is dropped. */
  readonly hadPassword: boolean
}

const actions =
  'DOWNLOAD|UPLOAD|MKDIR|LOGIN|FTP command|FTP response|CONNECT|DELETE|RENAME|RMDIR|CHMOD|DEBUG'
const lead =
  /^(?:([A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-3]?\d \d{2}:\d{2}:\d{2} \d{4}) (?:\[pid (\d{1,10})\] )?)?/
const statement = new RegExp(`(?:(OK|FAIL) )?(${actions}): Client "([^"]{2,64})"`, 'g')

/** Longest part of a line that is searched for statements; what comes after belongs to the first. */
const searched = 8192

/** What can be told from a line's beginning that it is of this log. */
export const isVsftpdLine = (text: string): boolean => parseVsftpdLine(text).kind === 'line'

/** No line is shown as a sample: every part of it may hold what was typed. */
export function parseVsftpdLine(text: string): VsftpdLine | BadLine {
  const [start = '', ctime, pid = null] = lead.exec(text) ?? []
  const local = ctime === undefined ? null : parseCtime(ctime)
  if (ctime !== undefined && local === null) return bad('no-time')
  const readings: VsftpdLine[] = []
  for (const found of text.slice(0, searched).matchAll(statement)) {
    if (found.index < start.length) continue
    const user = parseUser(text.slice(start.length, found.index))
    const [whole, word, action = '', host = ''] = found
    const client = parseClient(host)
    const rest = client && parseRest(action, text.slice(found.index + whole.length))
    if (user === undefined || !client || !rest) continue
    const outcome = word === 'OK' ? 'ok' : word === 'FAIL' ? 'failed' : null
    if (outcome === null && outcomes.has(action)) continue
    readings.push({ kind: 'line', local, pid, user, outcome, action, client, ...rest })
  }
  const [only, second] = readings
  if (!only) return bad('not-understood')
  return second ? bad('ambiguous-line') : only
}

/** Actions that always say how they went. */
const outcomes: ReadonlySet<string> = new Set([
  'DOWNLOAD',
  'UPLOAD',
  'MKDIR',
  'LOGIN',
  'DELETE',
  'RENAME',
  'RMDIR',
  'CHMOD',
])

/** `[user] `, nothing, or undefined where it is neither. */
function parseUser(text: string): string | null | undefined {
  if (text === '') return null
  return /^\[([\s\S]{0,512})\] $/.exec(text)?.[1]
}

type Rest = Pick<VsftpdLine, 'text' | 'bytes' | 'hadPassword'>

/** What stands behind the client's address, by the action. */
function parseRest(action: string, rest: string): Rest | undefined {
  if (action === 'LOGIN') {
    const isPassword = rest.startsWith(', anon password "') && rest.endsWith('"')
    if (rest !== '' && !isPassword) return undefined
    return { text: null, bytes: null, hadPassword: isPassword }
  }
  if (action === 'CONNECT' && rest === '') return { text: null, bytes: null, hadPassword: false }
  const spoken = action === 'DEBUG' || action === 'CONNECT' || action.startsWith('FTP ')
  const found = (spoken ? said : file).exec(rest)
  if (!found) return undefined
  const bytes = found[2] === undefined ? null : Number(found[2])
  return { text: found[1] ?? '', bytes, hadPassword: false }
}

const said = /^, "([\s\S]*)"$/
/** Bytes are left out when there were none. */
const file = /^, "([\s\S]*)"(?:, (\d{1,16}) bytes)?(?:, \d{1,12}\.\d{2}Kbyte\/sec)?$/
