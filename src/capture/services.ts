/**
 * The servers that were seen, each told of once and again when something new was learned of it. Unknown never replaces
 * what is known, and a doubt no verdict.
 */
import type { Endpoint, Observation, Place } from '../model/observation.ts'
import type {
  Ending,
  EvidenceLine,
  Product,
  RecognitionVerdict,
  Service,
} from '../model/service.ts'
import { factsOf, type Proof } from '../protocols/ftp/seen-facts.ts'
import { endKey } from './ftp/endpoints.ts'
import type { FtpLimits } from './ftp/options.ts'
import {
  countOf,
  filesTold,
  type Hosted,
  type KnownFiles,
  noFiles,
  withFiles,
} from './services-files.ts'
import { factsOfTls, type KnownTls, type SeenTls, withTls } from './services-tls.ts'

export interface SeenService {
  readonly end: Endpoint
  /** Milliseconds since the epoch. */
  readonly seen: number
  readonly recognition: RecognitionVerdict
  /** Id of a protocol of the registry, or `unknown`. */
  readonly protocol: string
  readonly product: Product | null
  readonly banner: string | null
  readonly evidence: readonly EvidenceLine[]
  readonly details: readonly (readonly [name: string, value: string])[]
  readonly ended: Ending
  /** Of an FTP server. */
  readonly proofs: readonly Proof[]
  readonly features: readonly string[] | null
  readonly hosted: readonly Hosted[]
  readonly tls: SeenTls | null
}

export interface ServiceTable {
  /** It was recognised as FTP before, in whatever session. */
  isFtp(end: Endpoint): boolean
  see(service: SeenService, at: readonly Place[]): void
  readonly size: number
}

interface Known {
  readonly service: SeenService
  readonly proofs: ReadonlyMap<Proof['id'], Proof>
  readonly files: KnownFiles
  readonly tls: KnownTls | null
}

export function serviceTable(
  emit: (observation: Observation) => void,
  { remembered, hosted }: Pick<FtpLimits, 'remembered' | 'hosted'>,
): ServiceTable {
  const known = new Map<string, Known>()
  let files = 0
  const forget = (key: string): void => {
    const gone = known.get(key)
    if (gone === undefined) return
    files -= countOf(gone.files)
    known.delete(key)
  }
  return {
    isFtp: (end) => known.get(endKey(end))?.service.recognition === 'ftp',
    see(service, at) {
      const key = endKey(service.end)
      const before = known.get(key)
      const now = before === undefined ? first(service) : merged(before, service)
      if (now === undefined) return
      forget(key)
      known.set(key, now)
      files += countOf(now.files)
      // The one at hand is the last to go.
      while (known.size > remembered || (files > hosted && known.size > 1)) {
        const [oldest] = known.keys()
        forget(oldest ?? key)
      }
      emit({ kind: 'service', service: told(now), at })
    },
    get size() {
      return known.size
    },
  }
}

const first = (service: SeenService): Known => ({
  service,
  proofs: new Map(service.proofs.map((proof) => [proof.id, proof])),
  files: withFiles(noFiles, service.hosted),
  tls: service.tls === null ? null : withTls(null, service.tls),
})

/** Undefined where nothing new was learned. */
function merged(before: Known, now: SeenService): Known | undefined {
  const { service: old } = before
  if (now.recognition === 'undecided' && old.recognition !== 'undecided') return undefined
  const isOther = now.recognition !== old.recognition || now.protocol !== old.protocol
  if (isOther) return first(now)
  const proofs = new Map(before.proofs)
  let isNew = false
  for (const proof of now.proofs) {
    const told = proofs.get(proof.id)
    if (told?.answer === proof.answer) continue
    proofs.set(proof.id, proof)
    isNew = true
  }
  const product = betterOf(old.product, now.product)
  const banner = now.banner ?? old.banner
  const features = now.features ?? old.features
  const files = withFiles(before.files, now.hosted)
  const tls = now.tls === null ? before.tls : withTls(before.tls, now.tls)
  isNew ||=
    files !== before.files ||
    tls !== before.tls ||
    product !== old.product ||
    banner !== old.banner ||
    (old.features ?? []).join() !== (features ?? []).join()
  if (!isNew) return undefined
  return {
    service: { ...now, product, banner, features, evidence: old.evidence },
    proofs,
    files,
    tls,
  }
}

/** The surer one; a version counts more than none. */
function betterOf(old: Product | null, now: Product | null): Product | null {
  if (old === null || now === null) return now ?? old
  const isSame = old.name === now.name && old.version === now.version
  if (isSame) return now.confidence > old.confidence ? now : old
  // A greeting changes with the software: the newer one counts, unless it tells less.
  return now.name === old.name && now.version === null ? old : now
}

function told({ service, proofs, files, tls }: Known): Service {
  const { end, seen, recognition, protocol, product, banner, evidence, details, ended } = service
  const shown = tls === null ? null : factsOfTls(tls)
  const hosted = filesTold(files)
  const all = [...proofs.values(), ...(hosted.proof === null ? [] : [hosted.proof])]
  return {
    address: end.address,
    hostname: shown?.name ?? null,
    port: end.port,
    transport: 'tcp' as const,
    seen,
    recognition,
    protocol,
    product,
    banner,
    ftp: recognition === 'ftp' ? factsOf(all, service.features, hosted.files) : null,
    tls: shown?.facts ?? null,
    ended,
    evidence,
    details,
  }
}
