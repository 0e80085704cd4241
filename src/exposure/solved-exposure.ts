import type { Address } from '../model/address.ts'
import { formatAddress } from '../model/address.ts'
import type { Path, Target } from '../model/estate.ts'
import type { Exposure, Step, Witness } from '../model/exposure.ts'
import type { Gap } from '../model/gap.ts'
import type { PortSet } from '../model/port-set.ts'
import { documentOf, pointer } from '../model/source.ts'
import type { Reasons } from './because.ts'
import type { Piece } from './piece.ts'

/** A piece of one way, for every target that shares it. */
export interface Explained {
  readonly piece: Piece
  readonly targetPorts: PortSet
  /** Worked out when first asked for: a large estate has hundreds of thousands that nobody looks into. */
  reasons(): Reasons
}

/** An exposure whose way, rules and witness are worked out when they are first asked for. */
export class SolvedExposure implements Exposure {
  readonly entry: Exposure['entry']
  readonly gaps: readonly Gap[]
  readonly #explained: Explained
  readonly #path: Path
  readonly #target: Target
  /** By other addresses of the entry the same may come in by other rules. */
  readonly #others: readonly Explained[]
  #key: string | undefined

  constructor(
    explained: Explained,
    path: Path,
    target: Target,
    entry: Exposure['entry'] = path.entry,
    gaps: readonly Gap[] = gapsOf(explained, path),
    others: readonly Explained[] = [],
  ) {
    this.entry = entry
    this.gaps = gaps
    this.#explained = explained
    this.#path = path
    this.#target = target
    this.#others = others
  }

  get key(): string {
    this.#key ??= `${whereKey(this.#target, this.entry)}|${pieceKey(this.#explained.piece)}`
    return this.#key
  }
  get target() {
    return this.#target.resource
  }
  get machine() {
    return this.#target.machine
  }
  get privateAddresses() {
    return this.#target.privateAddresses
  }
  get transport() {
    return this.#explained.piece.transport
  }
  get ports() {
    return this.#explained.piece.ports
  }
  get targetPorts() {
    return this.#explained.targetPorts
  }
  get sources() {
    return this.#explained.piece.sources
  }
  get verdict() {
    return this.#explained.piece.verdict
  }
  get certainty() {
    return this.#explained.piece.certainty
  }
  get reason(): string | null {
    return reasonOf(this.#explained, this.#path, this.#target, this.gaps)
  }
  get path(): readonly Step[] {
    return this.#explained.reasons().steps
  }
  get rules(): readonly Step[] {
    const own = this.#explained.reasons().rules
    if (this.#others.length === 0) return own
    const all = [...own, ...this.#others.flatMap((one) => one.reasons().rules)]
    return [...new Map(all.map((step) => [stepKey(step), step])).values()]
  }
  get witness(): Witness {
    const { source, sourcePort, port } = this.#explained.reasons()
    const { addresses } = this.#path.entry
    const destination =
      addresses.find(({ family }) => family === source.family) ??
      addresses[0] ??
      this.#path.legs[0]?.destination ??
      null
    return { source, sourcePort, destination, transport: this.transport, port }
  }

  /** The same by the entries of both. */
  joinedWith(other: SolvedExposure): SolvedExposure {
    const entry = {
      ...this.entry,
      addresses: inOrder([...this.entry.addresses, ...other.entry.addresses]),
      names: [...new Set([...this.entry.names, ...other.entry.names])].sort(),
    }
    const gaps = distinct([...this.gaps, ...other.gaps])
    const others = new Set([...this.#others, other.#explained, ...other.#others])
    others.delete(this.#explained)
    return new SolvedExposure(this.#explained, this.#path, this.#target, entry, gaps, [...others])
  }
}

const stepKey = ({ leg, stage, filter, rule, source }: Step): string =>
  [leg, stage, filter, rule, source && documentOf(source).document, source && pointer(source)].join(
    '|',
  )

const distinct = (gaps: readonly Gap[]): readonly Gap[] => [
  ...new Map(gaps.map((gap) => [gap.key, gap])).values(),
]

/** Transport and ports; what is only possible beside something certain is told apart by its sources. */
function pieceKey({ transport, ports, certainty, verdict, sources }: Piece): string {
  const isBeside = certainty === 'possible' && verdict === 'unknown'
  const apart = isBeside
    ? `|possible ${sources.v4.length}.${sources.v6.length}.${sources.v4.slice(0, 8).join()}`
    : ''
  return `${transport}|${ports.join()}${apart}`
}

const whereKey = ({ resource }: Target, { front, addresses, names }: Exposure['entry']): string =>
  `${resource.key}|${[front?.id ?? 'own', ...addresses.map(formatAddress), ...names].join(',')}`

function gapsOf({ piece, reasons }: Explained, { barrier, gaps }: Path): readonly Gap[] {
  if (piece.certainty === 'certain') return gaps
  const ofBarrier = barrier?.verdict === 'unknown' ? barrier.gaps : []
  return distinct([...ofBarrier, ...reasons().gaps, ...gaps])
}

function reasonOf(
  { piece, reasons }: Explained,
  { barrier, legs }: Path,
  { note }: Target,
  gaps: readonly Gap[],
): string | null {
  switch (piece.verdict) {
    case 'reachable':
      return note
    case 'unattached':
      return barrier?.verdict === 'unattached' ? barrier.reason : null
    case 'blocked': {
      const { stoppedBy } = reasons()
      return stoppedBy ? `blocked by ${formatStep(stoppedBy)}` : 'blocked'
    }
    case 'open-but-unreachable': {
      if (barrier?.verdict === 'open-but-unreachable') return barrier.reason
      const route = legs
        .flatMap(({ stages }) => stages)
        .find(({ stage }) => stage.kind === 'sources' && stage.stage === 'route')
      return route?.stage.kind === 'sources' ? route.stage.otherwise : 'no way leads there'
    }
    case 'unknown':
      return barrier?.verdict === 'unknown' ? barrier.reason : (gaps[0]?.message ?? null)
  }
}

const formatStep = ({ stage, filter, rule }: Step): string =>
  [stage, filter, rule === null ? '(no rule admits it)' : `rule ${rule}`]
    .filter((part) => part !== null)
    .join(' ')

function inOrder(addresses: readonly Address[]): readonly Address[] {
  const distinct = new Map(addresses.map((address) => [formatAddress(address), address]))
  return [...distinct.values()].sort(
    (a, b) => a.family - b.family || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0),
  )
}
