/** The facts of an FTP server as far as its traffic tells them: what was seen is yes or no, all else is unknown. */
import {
  type Answer,
  type FtpCheck,
  type FtpCheckId,
  type FtpFacts,
  ftpCheckIds,
  type HostedFile,
  type TranscriptLine,
} from '../../model/service.ts'

/** What was seen, and what it answers of the server. */
export interface Proof {
  readonly id: FtpCheckId
  readonly answer: Answer
  /** Kebab-case. */
  readonly reason: string
  readonly lines: readonly { readonly dir: 'in' | 'out' | 'note'; readonly text: string }[]
  readonly authenticatedAs: string | null
}

/** `features` as FEAT listed them; null where that was not seen. `files` null: nobody listed any. */
export function factsOf(
  proofs: readonly Proof[],
  features: readonly string[] | null,
  files: readonly HostedFile[] | null,
): FtpFacts {
  const transcript: TranscriptLine[] = []
  const checks = ftpCheckIds.map((id): FtpCheck => {
    const proof = proofs.find((one) => one.id === id)
    if (proof === undefined)
      return { id, answer: 'unknown', reason: 'not-seen', lines: [], authenticatedAs: null }
    const { answer, reason, authenticatedAs } = proof
    const lines = proof.lines.map(({ dir, text }) => {
      const told = transcript.find((line) => line.dir === dir && line.text === text)
      if (told !== undefined) return told.n
      const n = transcript.length + 1
      transcript.push({ n, dir, text, connection: 1 })
      return n
    })
    return { id, answer, reason, lines, authenticatedAs }
  })
  const answer = (id: FtpCheckId): Answer =>
    checks.find((one) => one.id === id)?.answer ?? 'unknown'
  return {
    anonymous: answer('anonymous'),
    // Traffic shows only what was stored, never what may not be.
    writable: answer('writable') === 'yes' ? 'proved' : 'unknown',
    explicitTls: answer('explicit-tls'),
    implicitTls: answer('implicit-tls'),
    clearLoginAnonymous: answer('clear-login-anonymous'),
    clearLoginAccounts: answer('clear-login-accounts'),
    tlsRequired: answer('tls-required'),
    bounce: answer('bounce'),
    passiveAddress: passive[answer('passive-same-address')],
    features,
    checks,
    transcript,
    files,
    writableDirectories: null,
    cleanUp: [],
  }
}

const passive = { yes: 'same', no: 'differs', unknown: 'unknown' } as const
