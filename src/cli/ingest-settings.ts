/** What `portreeve ingest` was asked for, checked, and what it means for the logs it reads. */

import { logFormats } from '../logs/index.ts'
import { parseZone } from '../logs/local-time.ts'
import type { LogContext } from '../logs/log.ts'
import type { LogOptions } from '../logs/read.ts'
import { noCompanions } from '../logs/read-companions.ts'
import { type Address, parseAddress, unmapped } from '../model/address.ts'
import type { Severity } from '../model/finding.ts'
import type { SourceContext } from '../model/observation.ts'
import { isPort } from '../model/port-set.ts'
import type { MeaningfulOptions, Witness } from '../store/lake/source.ts'
import { UsageError } from './edges.ts'

export interface IngestArguments {
  readonly paths: readonly string[]
  readonly format: 'table' | 'json'
  readonly lake: string
  readonly store: boolean
  /** Go on as the logs grow, until it is interrupted. */
  readonly follow: boolean
  readonly server?: string
  readonly network: string
  readonly vantage?: string
  readonly timezone?: string
  readonly year?: number
  readonly fields?: readonly string[]
  readonly type?: string
  readonly hashes: boolean
  readonly flows: boolean
  readonly guessFailures: string
  readonly guessWindow: string
  readonly only: readonly string[]
  readonly failOn: Severity | 'never'
}

export interface Settings {
  readonly server: { readonly address: Address; readonly port: number | null } | null
  readonly context: Omit<SourceContext, 'origin'>
  readonly guessing: { readonly failures: number; readonly window: number }
}
export function readSettings(asked: IngestArguments, host: string): Settings {
  const server = asked.server === undefined ? null : readServer(asked.server)
  if (asked.timezone !== undefined && !parseZone(asked.timezone))
    throw new UsageError(
      `--timezone: not a zone, as Europe/Vienna, nor an offset, as +02:00: ${JSON.stringify(asked.timezone)}`,
    )
  const formats = logFormats.map(({ id }) => id)
  if (asked.type !== undefined && !formats.includes(asked.type))
    throw new UsageError(
      `--type: no log format is called ${JSON.stringify(asked.type)}; there are ${formats.sort().join(', ')}`,
    )
  const [failures, minutes] = [Number(asked.guessFailures), Number(asked.guessWindow)]
  if (!(Number.isInteger(failures) && failures > 0) || !(minutes > 0))
    throw new UsageError('--guess-failures and --guess-window are numbers above 0')
  return {
    server,
    context: { network: asked.network, vantage: asked.vantage ?? host },
    guessing: { failures, window: minutes * 60_000 },
  }
}

/** `203.0.113.5`, `203.0.113.5:2121`, `2001:db8::5` or `[2001:db8::5]:2121`. */
function readServer(text: string): NonNullable<Settings['server']> {
  const whole = parseAddress(text)
  if (whole) return { address: unmapped(whole), port: null }
  const [, host = '', digits] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? []
  const address = parseAddress(host)
  const port = Number(digits)
  if (!address || !isPort(port) || port === 0)
    throw new UsageError(`--server: not an address, nor address:port: ${JSON.stringify(text)}`)
  return { address: unmapped(address), port }
}

/** Logs of one call share what they tell each other. */
export function contextFor(asked: IngestArguments, { server }: Settings) {
  const companions = noCompanions()
  return (document: string): LogContext => ({
    server: server?.address ?? null,
    serverPort: server?.port ?? null,
    network: asked.network,
    timezone: asked.timezone ?? null,
    year: asked.year ?? null,
    fields: asked.fields ?? null,
    document,
    companions,
  })
}

export const optionsOf = (format: string | null, asked: IngestArguments): LogOptions => ({
  // What is printed has to be words.
  flows: asked.format === 'json' ? 'observations' : 'columns',
  ...((asked.type ?? format) && { format: asked.type ?? format ?? '' }),
})

/** What changes the meaning of the same bytes. */
export const meaningOf = (asked: IngestArguments): MeaningfulOptions => ({
  network: asked.network,
  server: asked.server ?? null,
  timezone: asked.timezone ?? null,
  year: asked.year ?? null,
  ...(asked.fields && { fields: asked.fields.join(' ') }),
  type: asked.type ?? null,
})

export const witnessOf = (format: string | null): Witness =>
  format === null
    ? 'server-log'
    : /^(zeek|suricata)/.test(format)
      ? 'monitor'
      : /flow/.test(format)
        ? 'flow-log'
        : 'server-log'
