/** One open port looked at: recognised, and where it is FTP, assessed. */
import type { Service } from '../model/service.ts'
import type { Protocol } from '../protocols/protocol.ts'
import type { Connection, Reach } from './connection.ts'
import type { LookRequest, LookResult } from './engine.ts'
import { assessFtp } from './ftp/assess.ts'
import type { FtpAssessmentOptions } from './ftp/options.ts'
import { type Recognition, type RecognitionTimes, recognise } from './recognise.ts'
import type { ScopedAddress } from './scope.ts'

/** What the assessment of one server is told besides what the look itself knows. */
export type AssessmentOptions = Omit<FtpAssessmentOptions, 'hostname' | 'implicit' | 'now'>

export interface LookOptions {
  readonly protocols: readonly Protocol[]
  readonly times: RecognitionTimes
  /** Null where FTP servers are named and no more. */
  assessment(target: ScopedAddress, port: number): AssessmentOptions | null
  /** Milliseconds since the epoch. */
  now(): number
}

export async function look(request: LookRequest, options: LookOptions): Promise<LookResult> {
  const { connection, signal } = request
  const open = new Set<Connection>([connection])
  const stop = () => {
    for (const one of open) one.close()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    const result = await lookAt({ ...request, reach: kept(request.reach, open, signal) }, options)
    // What an interruption cut short is no result: it is looked at again.
    return signal.aborted
      ? { ...result, service: { ...result.service, ended: 'cancelled' }, banned: false }
      : result
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** Remembers what it dials, so that nothing stays open behind a look. */
const kept = (reach: Reach, open: Set<Connection>, signal: AbortSignal): Reach => ({
  ...reach,
  async dial(port, milliseconds) {
    const dialled = await reach.dial(port, milliseconds)
    if (dialled.kind === 'failed') return dialled
    if (signal.aborted) {
      dialled.connection.close()
      return { kind: 'failed', ending: 'cancelled', code: null }
    }
    open.add(dialled.connection)
    return dialled
  },
})

async function lookAt(
  { target, port, reach, connection, mode, another }: LookRequest,
  { protocols, times, assessment, now }: LookOptions,
): Promise<LookResult> {
  const { hostname } = target
  const seen = now()
  const found = await recognise(reach, port, connection, {
    protocols,
    mode: mode === 'full' ? 'ask' : 'listen-only',
    another,
    hostname,
    times,
  })
  const service = serviceOf(target, port, seen, found)
  const asked = found.open === null ? null : assessment(target, port)
  if (found.open === null || asked === null) return { service, banned: false }
  // A server may have two of our connections at a time, and so many the assessment makes.
  const leave = another()
  const implicit = found.implicitTls
  const assessed = await assessFtp(
    reach,
    port,
    { ...asked, hostname, implicit, now: seen },
    { ...found.open, tls: found.tls },
  )
  leave?.()
  return {
    service: {
      ...service,
      product: assessed.product ?? service.product,
      banner: assessed.banner ?? service.banner,
      ftp: assessed.ftp,
      tls: assessed.tls ?? service.tls,
      ended: assessed.ended,
    },
    banned: assessed.ended === 'banned',
  }
}

const serviceOf = (
  { address, hostname }: ScopedAddress,
  port: number,
  seen: number,
  found: Recognition,
): Service => ({
  address,
  hostname,
  port,
  transport: 'tcp',
  seen,
  recognition: found.verdict,
  protocol: found.protocol,
  product: found.product,
  banner: found.banner,
  ftp: null,
  tls: found.tls,
  ended: found.ended,
  evidence: found.evidence,
  details: found.details,
})
