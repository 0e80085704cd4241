/** The assessment of one FTP server: what came of everything that was asked of it. */
import type {
  Ending,
  EvidenceLine,
  FtpCheckId,
  FtpFacts,
  Product,
  RecognitionVerdict,
  TlsFacts,
} from '../../model/service.ts'
import { replyText } from '../../protocols/ftp/reply.ts'
import { identify } from '../../protocols/ftp/software.ts'
import type { Reach } from '../connection.ts'
import { lookAndAsk } from './course.ts'
import { shortFacts } from './facts.ts'
import { behindLogin, onRequest } from './needs.ts'
import type { FtpAssessmentOptions, Opened } from './options.ts'
import { pointsOf } from './points/index.ts'
import { Visit } from './visit.ts'

export interface FtpAssessment {
  readonly verdict: RecognitionVerdict
  readonly ftp: FtpFacts
  readonly tls: TlsFacts | null
  readonly product: Product | null
  /** The greeting without its code, as it came. */
  readonly banner: string | null
  readonly ended: Ending
  readonly evidence: readonly EvidenceLine[]
}

/**
 * Never rejects, and ends within `options.timeouts.total` and one timeout more. At most four control connections, the one
 * handed over included; TLS offers, on request, up to five more.
 */
export async function assessFtp(
  reach: Reach,
  port: number,
  options: FtpAssessmentOptions,
  opened: Opened | null = null,
): Promise<FtpAssessment> {
  const visit = new Visit(reach, port, options)
  try {
    await lookAndAsk(visit, opened)
  } finally {
    visit.closeAll()
  }
  for (const point of pointsOf('conclusion')) point.run(visit)
  return conclude(visit)
}

function conclude(visit: Visit): FtpAssessment {
  const product = identify(visit.said)
  const { verdict, evidence } = visit.verdict
  const greeting = visit.said.greeting
  if (product) {
    const lines = visit.transcript.lines.filter(({ dir }) => dir === 'in').slice(0, 1)
    const reason = product.version === null ? 'identified-without-version' : 'identified'
    visit.answers.give(
      'product',
      'yes',
      reason,
      lines.map(({ n }) => n),
    )
  }
  const checks = visit.answers.all((id) => whyNot(visit, id))
  return {
    verdict,
    product,
    tls: visit.tls,
    banner: greeting ? replyText(greeting) : null,
    evidence: evidence.map(({ line, weight }) => ({ line, weight })),
    ended: visit.ended,
    ftp: {
      ...shortFacts(checks),
      features:
        visit.features?.list.map(({ name, parameters }) => `${name} ${parameters}`.trim()) ?? null,
      checks,
      transcript: visit.transcript.lines,
      files: visit.walk === null || visit.walk.directories.length === 0 ? null : visit.walk.files,
      writableDirectories: visit.writableDirectories,
      cleanUp: visit.cleanUp,
    },
  }
}

/** Why nobody could answer. */
function whyNot(visit: Visit, id: FtpCheckId): string {
  if (!visit.wants([id])) return 'not-asked'
  if (onRequest[id]?.(visit.options) === false) return 'not-asked'
  if (visit.stopped !== null) return visit.stopped
  if (visit.verdict.verdict !== 'ftp') return 'not-recognised'
  if (id === 'product') return 'not-identified'
  if (behindLogin.has(id) && visit.walk === null) return 'needs-login'
  return visit.refusal ?? visit.disturbed ?? 'not-decided'
}
