/** Assessments of servers that a test starts on loopback, and words to compare them by. */
import type { Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { FtpCheckId } from '../../model/service.ts'
import { assessFtp, type FtpAssessment } from '../ftp/assess.ts'
import type { FtpAssessmentOptions, Opened } from '../ftp/options.ts'
import { reachTo, serve } from '../socket-world.test.data.ts'
import { certificate } from '../tls-certificate.test.data.ts'
import type { FakeFtp } from './ftp-manners.ts'
import { type RunningFtp, startFtp } from './ftp-server.ts'

export const assessing: FtpAssessmentOptions = {
  hostname: null,
  bounceAddress: null,
  credentials: null,
  proveWritable: 'skip',
  lockout: 'skip',
  sniff: 'skip',
  tlsOffers: 'skip',
  active: 'skip',
  implicit: false,
  files: { depth: 3, count: 1000 },
  timeouts: { connect: 1000, reply: 1500, total: 20_000 },
  sourceName: 'portreeve-3f9a2c',
  now: Date.parse('2026-11-21T12:00:00Z'),
}

const own = certificate({ commonName: 'ftp.example.org', dns: ['ftp.example.org'] })

export interface Assessed {
  readonly found: FtpAssessment
  readonly server: RunningFtp
  /** `yes logged-in`. */
  answer(id: FtpCheckId): string
  /** What was sent, without the connection it went over. */
  readonly sent: readonly string[]
}

/** Assesses a server that is as `fake` has it. */
export async function assessed(
  fake: Partial<FakeFtp> = {},
  changed: Partial<FtpAssessmentOptions> = {},
): Promise<Assessed> {
  const server = await startFtp({ certificate: own, ...fake })
  onTestFinished(() => server.close())
  const reach = reachTo(fake.host ?? '127.0.0.1')
  const found = await assessFtp(reach, server.port, { ...assessing, ...changed })
  return { found, server, answer: answersOf(found), sent: server.heard.map(({ line }) => line) }
}

/** Assesses whatever `handle` makes of its connections. */
export async function assessedRaw(
  handle: (socket: Socket, connection: number) => void,
  changed: Partial<FtpAssessmentOptions> = {},
  opened: Opened | null = null,
): Promise<{
  readonly found: FtpAssessment
  readonly milliseconds: number
  readonly connections: number
}> {
  let connections = 0
  const { port } = await serve((socket) => handle(socket, ++connections))
  const start = performance.now()
  const found = await assessFtp(reachTo('127.0.0.1'), port, { ...assessing, ...changed }, opened)
  return { found, milliseconds: performance.now() - start, connections }
}

export const answersOf =
  ({ ftp }: FtpAssessment) =>
  (id: FtpCheckId): string => {
    const check = ftp.checks.find((one) => one.id === id)
    return `${check?.answer} ${check?.reason}`
  }

/** The texts of the lines that a check names. */
export function proofOf({ ftp }: FtpAssessment, id: FtpCheckId): readonly string[] {
  const lines = ftp.checks.find((one) => one.id === id)?.lines ?? []
  return lines.map((line) => ftp.transcript[line - 1]?.text ?? 'no such line')
}
