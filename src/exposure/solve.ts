/** The solver: an estate goes in, exposures come out. Pure; knows no cloud. */

import type { Address } from '../model/address.ts'
import { formatAddress } from '../model/address.ts'
import type { Estate, Path, Target } from '../model/estate.ts'
import type { Exposure, Step } from '../model/exposure.ts'
import type { Gap } from '../model/gap.ts'
import type { PortSet } from '../model/port-set.ts'
import { type Reasons, reasonsOf } from './because.ts'
import type { FilterMemo } from './filter.ts'
import { pathKey, pathTraffic, targetPorts } from './path.ts'
import { type Piece, piecesOf } from './piece.ts'

/** Every exposure of every path, in a stable order. */
export function solve(estate: Estate): readonly Exposure[] {
  const memo: FilterMemo = new Map()
  const solved = new Map<string, readonly Explained[]>()
  const merged = new Map<string, Exposure>()
  for (const path of estate.paths) {
    const target = estate.targets.get(path.target)
    if (!target) continue
    const key = pathKey(path, estate)
    let pieces = solved.get(key)
    if (!pieces) {
      pieces = explainedPieces(path, estate, memo)
      solved.set(key, pieces)
    }
    for (const piece of pieces) merge(merged, exposureOf(piece, path, target))
  }
  return [...merged.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

interface Explained {
  readonly piece: Piece
  readonly targetPorts: PortSet
  readonly reasons: Reasons
}

const explainedPieces = (path: Path, estate: Estate, memo: FilterMemo): readonly Explained[] =>
  piecesOf(pathTraffic(path, estate, memo), path.barrier).map((piece) => ({
    piece,
    targetPorts: targetPorts(path, piece.transport, piece.ports),
    reasons: reasonsOf(piece, path, estate),
  }))

function exposureOf(
  { piece, targetPorts, reasons }: Explained,
  path: Path,
  target: Target,
): Exposure {
  const { entry, barrier } = path
  const gaps = [
    ...(piece.verdict === 'unknown' && barrier?.verdict === 'unknown' ? barrier.gaps : []),
    ...reasons.gaps,
    ...path.gaps,
  ]
  const base = {
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
  return { key: keyOf(base), ...base }
}

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
function merge(merged: Map<string, Exposure>, exposure: Exposure): void {
  const same = mergeKey(exposure)
  const known = merged.get(same)
  if (!known) {
    merged.set(same, exposure)
    return
  }
  const addresses = byText([...known.entry.addresses, ...exposure.entry.addresses])
  const entry = {
    ...known.entry,
    addresses,
    names: [...new Set([...known.entry.names, ...exposure.entry.names])].sort(),
  }
  const gaps = [...new Map([...known.gaps, ...exposure.gaps].map((gap) => [gap.key, gap])).values()]
  const both = { ...known, entry, gaps }
  merged.set(same, { ...both, key: keyOf(both) })
}

const mergeKey = ({
  target,
  entry,
  transport,
  ports,
  targetPorts,
  sources,
  verdict,
  certainty,
  reason,
}: Exposure): string =>
  [
    target.key,
    entry.front?.id ?? '',
    transport,
    ports.join(),
    targetPorts.join(),
    sources.key,
    verdict,
    certainty,
    reason,
  ].join('|')

function byText(addresses: readonly Address[]): readonly Address[] {
  const distinct = new Map(addresses.map((address) => [formatAddress(address), address]))
  return [...distinct.values()].sort(
    (a, b) => a.family - b.family || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0),
  )
}

/** Target, entry, transport, ports; what is only possible beside something certain is told apart by its sources. */
function keyOf(exposure: Omit<Exposure, 'key'>): string {
  const { target, entry, transport, ports, certainty, verdict, sources } = exposure
  const where = [
    entry.front?.id ?? 'own',
    ...entry.addresses.map(formatAddress),
    ...entry.names,
  ].join(',')
  const apart =
    certainty === 'possible' && verdict === 'unknown'
      ? `|possible ${sources.v4.length}.${sources.v6.length}.${sources.v4.join()}`
      : ''
  return `${target.key}|${where}|${transport}|${ports.join()}${apart}`
}
