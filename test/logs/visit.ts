/** One visit to a real server, and what the log that it wrote says of it. */
import { chmodSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { LogSummary } from '../../src/logs/read.ts'
import { openLog } from '../../src/logs/read.ts'
import type { ServerContext } from '../../src/logs/server-log.ts'
import { type Address, parseAddress } from '../../src/model/address.ts'
import type { FtpSession, Observation } from '../../src/model/observation.ts'
import { testAccount } from '../servers/accounts.ts'
import { makeFolder } from '../servers/process.ts'
import { open } from '../servers/talk.ts'

/** Typed as the password of nobody, of an account that is not, and in place of a command. */
export const canary = 'Canary-77ab pass'
export const report = '/pub/yearly report.pdf'

/**
 * Nobody's connection, then the account's: each fails to log in first where that is wanted, and fetches a file and misses
 * another.
 */
export async function visitTwice(
  address: string,
  port: number,
  failure: 'failing' | 'smooth' = 'failing',
): Promise<void> {
  for (const { user, password } of [{ user: 'anonymous', password: canary }, testAccount]) {
    const talk = await open(address, port)
    await talk.reply()
    if (failure === 'failing') {
      await talk.say('USER ghost')
      await talk.say(`PASS ${canary}`)
    }
    await talk.say(`USER ${user}`)
    const answer = await talk.say(`PASS ${password}`)
    if (!answer.startsWith('230')) throw new Error(`${user} is not let in: ${answer}`)
    await talk.say('TYPE I')
    // Pure-FTPd answers what it does not know after ten seconds, or ends the connection.
    if (failure === 'failing') await talk.say(canary)
    const { last } = await talk.transfer(`RETR ${report}`, 'PASV')
    if (!last.startsWith('226')) throw new Error(`${user} cannot fetch ${report}: ${last}`)
    await talk.transfer('RETR /pub/missing.zip', 'EPSV')
    await talk.transfer('LIST', 'PASV')
    await talk.say('QUIT')
    talk.close()
  }
}

/** A folder into which a server may write after it has changed its user; ProFTPD wants none that everybody may write to. */
export function logFolder(writable: 'by-everybody' | 'by-root'): string {
  const folder = makeFolder()
  if (writable === 'by-everybody') chmodSync(folder, 0o777)
  return folder
}

export interface Read {
  readonly format: string | null
  readonly sessions: readonly FtpSession[]
  readonly summary: LogSummary
  /** All of it, to look for what must not be there. */
  readonly text: string
}

/** Reads the log once it has grown to so many lines with this in them. */
export async function readFrom(
  file: string,
  lines: number,
  address: string,
  port: number,
  word = '',
): Promise<Read> {
  const server: Address | undefined = parseAddress(address)
  const context: ServerContext = {
    server: server ?? null,
    serverPort: port,
    network: 'test',
    timezone: 'UTC',
    year: null,
    document: 'log',
  }
  const log = openLog(context)
  const events = [...log.push(await bytesOf(file, lines, word)), ...log.end()]
  const observations: Observation[] = events.flatMap((event) =>
    event.kind === 'observations' ? event.observations : [],
  )
  const last = events.at(-1)
  if (last?.kind !== 'end') throw new Error('the log has no end')
  return {
    format: last.summary.format,
    sessions: observations.flatMap((told) => (told.kind === 'ftp-session' ? [told.session] : [])),
    summary: last.summary,
    text: JSON.stringify(events),
  }
}

async function bytesOf(file: string, lines: number, word: string): Promise<Uint8Array> {
  const deadline = performance.now() + 5000
  for (;;) {
    const bytes = readFileSync(file)
    const whole = bytes.toString('latin1').split('\n').slice(0, -1)
    if (whole.filter((line) => line.includes(word)).length >= lines) return bytes
    if (performance.now() > deadline) throw new Error(`${file} has too few lines: ${bytes}`)
    await wait(20)
  }
}
