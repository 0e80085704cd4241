/** The solver: an estate goes in, exposures come out. Pure; knows no cloud. */

import type { Address } from '../model/address.ts'
import { formatAddress } from '../model/address.ts'
import type { Estate, Path, Target } from '../model/estate.ts'
import type { Exposure, Step } from '../model/exposure.ts'
import type { Gap } from '../model/gap.ts'
import { equal, type PortSet, subtract } from '../model/port-set.ts'
import type { Resource } from '../model/resource.ts'
import { type TransportPorts, transportPorts, unionPorts } from '../model/traffic-set.ts'
import { clientsOfPath, type Reasons, reasonsOf } from './because.ts'
import type { FilterMemo } from './filter.ts'
import { pathClasses, pathKey, pathTraffic, targetPorts } from './path.ts'
import { type Piece, piecesOf } from './piece.ts'

/**
 * Every exposure of every path, by target and then by entry, transport and ports. What filters let through is kept in
 * `memo`, for whoever asks more about the same estate.
 */
export function solve(estate: Estate, memo: FilterMemo = new Map()): readonly Exposure[] {
  const solved = new Map<string, readonly Explained[]>()
  const explained = (path: Path): readonly Explained[] => {
    const key = pathKey(path, estate)
    const known = solved.get(key)
    if (known) return known
    const pieces = explainedPieces(path, estate, memo)
    solved.set(key, pieces)
    return pieces
  }
  const byTarget = Map.groupBy(estate.paths, (path) => path.target)
  return [...byTarget.keys()].sort().flatMap((key) => {
    const target = estate.targets.get(key)
    const paths = byTarget.get(key) ?? []
    if (!target) return []
    const open = paths
      .filter((path) => !leadsNowhere(path))
      .map((path) => ({ path, pieces: explained(path) }))
    const told = portsTold(open.flatMap(({ pieces }) => pieces))
    const nowhere = paths
      .filter(leadsNowhere)
      .map((path) => ({ path, pieces: untold(explained(path), told, path, estate) }))
    const ways = [...open, ...nowhere]
    const found = ways.flatMap(({ path, pieces }) => exposuresOf(pieces, path, target))
    const distinct = paths.length > 1 ? merged(found) : found
    return distinct.length > 1 ? distinct.toSorted((a, b) => (a.key < b.key ? -1 : 1)) : distinct
  })
}

/** A way that the target does not have: it is told only for ports that no other way tells of. */
const leadsNowhere = ({ barrier, entry }: Path): boolean =>
  barrier?.verdict === 'open-but-unreachable' && entry.front === null

const portsTold = (pieces: readonly Explained[]): TransportPorts =>
  pieces
    .map(({ piece, targetPorts }) => transportPorts({ [piece.transport]: targetPorts }))
    .reduce(unionPorts, transportPorts({}))

function untold(
  pieces: readonly Explained[],
  told: TransportPorts,
  path: Path,
  estate: Estate,
): readonly Explained[] {
  return pieces.flatMap((explained) => {
    const { piece } = explained
    const ports = subtract(piece.ports, told[piece.transport])
    if (ports.length === 0) return []
    return equal(ports, piece.ports)
      ? [explained]
      : [explain({ ...piece, ports }, path, estate, pathClasses(path, estate))]
  })
}

interface Explained {
  readonly piece: Piece
  readonly targetPorts: PortSet
  readonly reasons: Reasons
  /** The part of an exposure's key that tells pieces of one way apart. */
  readonly key: string
}

function explainedPieces(path: Path, estate: Estate, memo: FilterMemo): readonly Explained[] {
  const classes = pathClasses(path, estate)
  const traffic = pathTraffic(path, estate, memo, classes)
  return piecesOf(traffic, path.barrier, clientsOfPath(path, estate)).map((piece) =>
    explain(piece, path, estate, classes),
  )
}

const explain = (
  piece: Piece,
  path: Path,
  estate: Estate,
  classes: readonly number[],
): Explained => ({
  piece,
  targetPorts: targetPorts(path, piece.transport, piece.ports),
  reasons: reasonsOf(piece, path, estate, classes),
  key: pieceKey(piece),
})

/** Transport and ports; what is only possible beside something certain is told apart by its sources. */
function pieceKey({ transport, ports, certainty, verdict, sources }: Piece): string {
  const isBeside = certainty === 'possible' && verdict === 'unknown'
  const apart = isBeside
    ? `|possible ${sources.v4.length}.${sources.v6.length}.${sources.v4.slice(0, 8).join()}`
    : ''
  return `${transport}|${ports.join()}${apart}`
}

function exposuresOf(
  pieces: readonly Explained[],
  path: Path,
  target: Target,
): readonly Exposure[] {
  if (pieces.length === 0) return []
  const { entry, barrier } = path
  const where = whereKey(target.resource, entry)
  return pieces.map(({ piece, targetPorts, reasons, key }) => {
    const gaps = gapsOf(piece, reasons, path)
    return {
      key: `${where}|${key}`,
      target: target.resource,
      machine: target.machine,
      entry,
      privateAddresses: target.privateAddresses,
      transport: piece.transport,
      ports: piece.ports,
      targetPorts,
      sources: piece.sources,
      verdict: piece.verdict,
      certainty: piece.certainty,
      reason: reasonOf(piece, path, target, reasons, gaps),
      gaps,
      path: reasons.steps,
      rules: reasons.rules,
      witness: {
        source: reasons.source,
        sourcePort: reasons.sourcePort,
        destination:
          entry.addresses.find(({ family }) => family === reasons.source.family) ??
          entry.addresses[0] ??
          path.legs[0]?.destination ??
          null,
        transport: piece.transport,
        port: reasons.port,
      },
    }
  })

  function gapsOf(piece: Piece, reasons: Reasons, { gaps }: Path): readonly Gap[] {
    const ofBarrier =
      piece.verdict === 'unknown' && barrier?.verdict === 'unknown' ? barrier.gaps : []
    if (ofBarrier.length === 0 && reasons.gaps.length === 0) return gaps
    return [...ofBarrier, ...reasons.gaps, ...gaps]
  }
}

const whereKey = ({ key }: Resource, { front, addresses, names }: Exposure['entry']): string =>
  `${key}|${[front?.id ?? 'own', ...addresses.map(formatAddress), ...names].join(',')}`

function reasonOf(
  piece: Piece,
  { barrier, legs }: Path,
  { note }: Target,
  { stoppedBy }: Reasons,
  gaps: readonly Gap[],
): string | null {
  switch (piece.verdict) {
    case 'reachable':
      return note
    case 'unattached':
      return barrier?.verdict === 'unattached' ? barrier.reason : null
    case 'blocked':
      return stoppedBy ? `blocked by ${formatStep(stoppedBy)}` : 'blocked'
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

/** Exposures that differ only in the address they enter by are one. */
function merged(exposures: readonly Exposure[]): readonly Exposure[] {
  const groups = new Map<string, Exposure>()
  for (const exposure of exposures) {
    const same = mergeKey(exposure)
    const known = groups.get(same)
    groups.set(same, known ? joined(known, exposure) : exposure)
  }
  return [...groups.values()]
}

function joined(a: Exposure, b: Exposure): Exposure {
  const entry = {
    ...a.entry,
    addresses: byText([...a.entry.addresses, ...b.entry.addresses]),
    names: [...new Set([...a.entry.names, ...b.entry.names])].sort(),
  }
  const gaps = [...new Map([...a.gaps, ...b.gaps].map((gap) => [gap.key, gap])).values()]
  const key = `${whereKey(a.target, entry)}|${pieceKey({ ...a, extent: 'reach' })}`
  return { ...a, entry, gaps, key }
}

const mergeKey = (exposure: Exposure): string => {
  const { entry, transport, ports, targetPorts, sources, verdict, certainty, reason } = exposure
  return `${entry.front?.id ?? ''}|${transport}|${ports.join()}|${targetPorts.join()}|${sources.key}|${verdict}|${certainty}|${reason}`
}

function byText(addresses: readonly Address[]): readonly Address[] {
  const distinct = new Map(addresses.map((address) => [formatAddress(address), address]))
  return [...distinct.values()].sort(
    (a, b) => a.family - b.family || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0),
  )
}
