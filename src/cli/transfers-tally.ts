/** Files that were seen to be transferred and make findings, over all sessions of one call. */
import type { ServiceCheck } from '../checks/check.ts'
import { transferChecks, transfersFinding } from '../checks/transfers-seen.ts'
import type { Finding } from '../model/audit.ts'
import type { FtpSession, Place, SourceContext, TransferredFile } from '../model/observation.ts'
import { keyOfService, type Look } from '../model/sighting.ts'

type Origin = SourceContext['origin']

interface Seen {
  readonly check: ServiceCheck
  readonly origin: Origin
  readonly server: FtpSession['server']
  readonly files: TransferredFile[]
  count: number
  readonly at: readonly Place[]
}

/** Of one server and check the files that are named, and how many such pairs are kept. */
const [mostFiles, mostSeen] = [10, 10_000]

export function transfersTally(checks: readonly ServiceCheck[], look: Look) {
  const concerned = checks.flatMap((check) => {
    const categories = transferChecks[check.id]
    return categories ? [{ check, categories }] : []
  })
  const seen = new Map<string, Seen>()
  return {
    see(
      { server }: FtpSession,
      files: readonly TransferredFile[],
      at: readonly Place[],
      origin: Origin,
    ): void {
      if (files.length === 0) return
      const service = keyOfService(look, server)
      for (const { check, categories } of concerned)
        for (const file of files) {
          if (!categories.includes(file.category)) continue
          const key = `${check.id} ${service}`
          const known = seen.get(key)
          if (known) {
            known.count++
            if (known.files.length < mostFiles) known.files.push(file)
          } else if (seen.size < mostSeen)
            seen.set(key, { check, origin, server, files: [file], count: 1, at })
        }
    },
    findings: (): readonly { readonly origin: Origin; readonly finding: Finding }[] =>
      [...seen.values()].map(({ check, origin, ...transfers }) => ({
        origin,
        finding: transfersFinding(check, transfers, look),
      })),
  }
}
