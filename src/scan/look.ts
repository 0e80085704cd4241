/** One open port looked at: recognised, and where it is FTP, assessed. */
import type { Service } from '../model/service.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { onAbort } from './abort.ts'
import type { Connection, Listener, Reach } from './connection.ts'
import type { LookRequest, LookResult } from './engine.ts'
import { assessFtp } from './ftp/assess.ts'
import type { FtpAssessmentOptions } from './ftp/options.ts'
import { type Recognition, type RecognitionTimes, recognise } from './recognise.ts'
import { redactService } from './redaction.ts'
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
  const leaves: (() => void)[] = []
  const listeners = new Set<Listener>()
  const stop = () => {
    for (const one of [...open, ...listeners]) one.close()
  }
  const callOff = onAbort(signal, stop)
  try {
    const reach = wellMannered(request, open, listeners, leaves)
    // Leave that was given is kept to the end of the look.
    const another = () => {
      const leave = leaves.length === 0 ? request.another() : null
      if (leave) leaves.push(leave)
      return leaves.length > 0 ? () => {} : null
    }
    const looked = await lookAt({ ...request, reach, another }, options)
    const secret = options.assessment(request.target, request.port)?.credentials?.password
    const service = secret === undefined ? looked.service : redactService(looked.service, secret)
    const result = { ...looked, service }
    // What an interruption cut short is no result: it is looked at again.
    return signal.aborted ? { service: { ...service, ended: 'cancelled' }, banned: false } : result
  } finally {
    callOff()
    stop()
    for (const leave of leaves) leave()
  }
}

/** Milliseconds to wait for leave, and between two questions for it. */
const leaveMilliseconds = 15_000
const leaveEvery = 50

/**
 * A second connection to the service is made with leave alone, because an address has two of ours at a time over all its
 * ports. Remembers what it dials and where it listens, so that nothing stays open behind a look.
 */
const wellMannered = (
  { reach, port: own, signal, another }: LookRequest,
  open: Set<Connection>,
  listeners: Set<Listener>,
  leaves: (() => void)[],
): Reach => ({
  ...reach,
  async listen(address, at) {
    const listener = signal.aborted ? null : await reach.listen(address, at)
    if (!listener) return null
    listeners.add(listener)
    if (signal.aborted) listener.close()
    return {
      local: listener.local,
      async accept(milliseconds) {
        const accepted = await listener.accept(milliseconds)
        if (accepted) open.add(accepted)
        if (signal.aborted) accepted?.close()
        return accepted
      },
      close: () => listener.close(),
    }
  },
  async dial(port, milliseconds) {
    const until = reach.clock() + leaveMilliseconds
    const isSecond = () =>
      port === own && [...open].some(({ closed, remote }) => !closed && remote.port === own)
    while (leaves.length === 0 && isSecond()) {
      const leave = another()
      if (leave) leaves.push(leave)
      else if (reach.clock() > until || signal.aborted) return cancelled
      else await reach.wait(leaveEvery)
    }
    const dialled = await reach.dial(port, milliseconds)
    if (dialled.kind === 'failed') return dialled
    if (signal.aborted) {
      dialled.connection.close()
      return cancelled
    }
    open.add(dialled.connection)
    return dialled
  },
})
const cancelled = { kind: 'failed', ending: 'cancelled', code: null } as const

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
  const implicit = found.implicitTls
  const assessed = await assessFtp(
    reach,
    port,
    { ...asked, hostname, implicit, now: seen },
    { ...found.open, tls: found.tls },
  )
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
