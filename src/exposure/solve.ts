/** The solver: an estate goes in, exposures come out. Pure; knows no cloud. */
import type { Estate, Path } from '../model/estate.ts'
import type { Exposure } from '../model/exposure.ts'
import { equal, subtract, unionAll } from '../model/port-set.ts'
import type { Transport } from '../model/traffic-set.ts'
import { clientsOfPath, type Reasons, reasonsOf } from './because.ts'
import type { FilterMemo } from './filter.ts'
import {
  entryKey,
  entryTraffic,
  legsKey,
  legsTraffic,
  type PathTraffic,
  pathClasses,
  targetPorts,
} from './path.ts'
import { type Piece, piecesOf } from './piece.ts'
import { type Explained, SolvedExposure } from './solved-exposure.ts'

/**
 * Every exposure of every path, by target and then by entry, transport and ports. What filters let through is kept in
 * `memo`, for whoever asks more about the same estate.
 */
export function solve(estate: Estate, memo: FilterMemo = new Map()): readonly Exposure[] {
  const solved = new Map<string, Solved>()
  const explained = (path: Path): readonly Explained[] => {
    const key = legsKey(path, estate)
    const legs = solved.get(key) ?? solveLegs(path, estate, memo)
    solved.set(key, legs)
    const entry = entryKey(path)
    const pieces = legs.pieces.get(entry) ?? explainedPieces(legs, path, estate)
    legs.pieces.set(entry, pieces)
    return pieces
  }
  const byTarget = Map.groupBy(estate.paths, (path) => path.target)
  const exposures: Exposure[] = []
  for (const key of [...byTarget.keys()].sort()) {
    const target = estate.targets.get(key)
    if (!target) continue
    const ways = waysOf(byTarget.get(key) ?? [], explained, estate)
    const found = ways.flatMap(({ path, pieces }) =>
      pieces.map((piece) => new SolvedExposure(piece, path, target)),
    )
    // The pieces of one way have an order of their own; ways come in that of the documents.
    const distinct =
      ways.length > 1 ? merged(found).toSorted((a, b) => (a.key < b.key ? -1 : 1)) : found
    for (const one of distinct) exposures.push(one)
  }
  return exposures
}

/** Legs are solved once; their pieces differ with the entry before them. */
interface Solved {
  readonly classes: readonly number[]
  readonly traffic: PathTraffic
  readonly pieces: Map<string, readonly Explained[]>
}

function solveLegs(path: Path, estate: Estate, memo: FilterMemo): Solved {
  const classes = pathClasses(path, estate)
  return { classes, traffic: legsTraffic(path, estate, memo, classes), pieces: new Map() }
}

interface Way {
  readonly path: Path
  readonly pieces: readonly Explained[]
}

/** The paths by which anything comes, with what comes. */
function waysOf(
  paths: readonly Path[],
  explained: (path: Path) => readonly Explained[],
  estate: Estate,
): readonly Way[] {
  const ways = paths
    .map((path) => ({ path, pieces: explained(path) }))
    .filter(({ pieces }) => pieces.length > 0)
  if (ways.length < 2) return ways
  const told = ways.filter(({ path }) => !leadsNowhere(path)).flatMap(({ pieces }) => pieces)
  return ways.map(({ path, pieces }) =>
    leadsNowhere(path) ? { path, pieces: untold(pieces, told, path, estate) } : { path, pieces },
  )
}

/** A way that the target does not have: it is told only for ports that no other way tells of. */
const leadsNowhere = ({ barrier, entry }: Path): boolean =>
  barrier?.verdict === 'open-but-unreachable' && entry.front === null

function untold(
  pieces: readonly Explained[],
  told: readonly Explained[],
  path: Path,
  estate: Estate,
): readonly Explained[] {
  const toldOn = (transport: Transport) =>
    unionAll(
      told.filter(({ piece }) => piece.transport === transport).map((one) => one.targetPorts),
    )
  return pieces.flatMap((explained) => {
    const { piece } = explained
    const ports = subtract(piece.ports, toldOn(piece.transport))
    if (ports.length === 0) return []
    return equal(ports, piece.ports)
      ? [explained]
      : [explain({ ...piece, ports }, path, estate, pathClasses(path, estate))]
  })
}

const explainedPieces = (
  { classes, traffic }: Solved,
  path: Path,
  estate: Estate,
): readonly Explained[] =>
  piecesOf(entryTraffic(traffic, path), path.barrier, clientsOfPath(path, estate)).map((piece) =>
    explain(piece, path, estate, classes),
  )

const explain = (
  piece: Piece,
  path: Path,
  estate: Estate,
  classes: readonly number[],
): Explained => ({
  piece,
  targetPorts: targetPorts(path, piece.transport, piece.ports),
  reasons: () => remembered(piece, () => reasonsOf(piece, path, estate, classes)),
})

/**
 * Reasons are asked for several times in a row and then no more: few are kept, because together they would be larger than
 * the estate.
 */
const lately = new Map<Piece, Reasons>()
const mostKept = 1_000

function remembered(piece: Piece, make: () => Reasons): Reasons {
  const known = lately.get(piece)
  if (known) return known
  if (lately.size >= mostKept) lately.clear()
  const made = make()
  lately.set(piece, made)
  return made
}

/** Exposures that differ only in the address they enter by are one. */
function merged(exposures: readonly SolvedExposure[]): readonly SolvedExposure[] {
  const groups = new Map<string, SolvedExposure>()
  for (const exposure of exposures) {
    const same = mergeKey(exposure)
    const known = groups.get(same)
    groups.set(same, known ? known.joinedWith(exposure) : exposure)
  }
  return [...groups.values()]
}

const mergeKey = (exposure: Exposure): string => {
  const { entry, transport, ports, targetPorts, sources, verdict, certainty, reason } = exposure
  return `${entry.front?.id ?? ''}|${transport}|${ports.join()}|${targetPorts.join()}|${sources.key}|${verdict}|${certainty}|${reason}`
}
