/** Why a piece of traffic gets through, or does not. */
import type { Address } from '../model/address.ts'
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Estate, Path, Stage } from '../model/estate.ts'
import type { Step } from '../model/exposure.ts'
import type { Gap } from '../model/gap.ts'
import { clientsOf } from '../model/public-space.ts'
import { admittingSteps, eachLeg, mayMatch, type Whole } from './admitting.ts'
import { gapsOfRule } from './context.ts'
import { worldsOf } from './path.ts'
import type { Piece } from './piece.ts'
import { carriesPorts, type Packet, wayOf } from './witness.ts'

export interface Reasons {
  readonly steps: readonly Step[]
  readonly rules: readonly Step[]
  readonly gaps: readonly Gap[]
  readonly source: Address
  readonly sourcePort: number | null
  /** In the internet's ports. */
  readonly port: number
  /** The stage that stops a blocked piece, or null. */
  readonly stoppedBy: Step | null
}

const familiar = addressSet.addresses('8.8.8.8', '2001:4860:4860::8888')

/** `classes` are the source ports that the path's rules tell apart (see `pathClasses`). */
export function reasonsOf(
  piece: Piece,
  path: Path,
  estate: Estate,
  classes: readonly number[],
): Reasons {
  const candidates = addressSet.intersect(piece.sources, clientsOfPath(path, estate))
  const known = addressSet.intersect(candidates, familiar)
  const source = addressSet.firstAddress(addressSet.isEmpty(known) ? candidates : known) as Address
  const packet: Packet = {
    source: addressSet.ofAddress(source),
    transport: piece.transport,
    port: piece.ports[0] as number,
  }
  const ways = worldsOf(path).map((world) => ({
    world,
    ...wayOf(packet, piece, world, estate, classes),
  }))
  const { world, ...way } = ways.find(({ stoppedBy }) => stoppedBy === null) ?? ways[0] ?? fail()
  const whole = { piece, path: world, estate, candidates, classes }
  return {
    ...way,
    rules: admittingSteps(whole),
    gaps: piece.certainty === 'possible' ? possibleGaps(whole) : [],
    source,
    sourcePort: carriesPorts(piece.transport) ? way.sourcePort : null,
    port: packet.port,
  }
}

function fail(): never {
  throw new RangeError('a path without a meaning')
}

/** Who can be a client of this way: the internet, less the cloud's own addresses and those of the network itself. */
export function clientsOfPath({ target, inside }: Path, estate: Estate): AddressSet {
  const clients = clientsOf(estate.targets.get(target)?.resource.provider ?? 'network')
  return inside ? addressSet.subtract(clients, inside) : clients
}

/** What would have to be known to make a possible piece certain. */
function possibleGaps(whole: Whole): readonly Gap[] {
  const found = new Map<string, Gap>()
  const add = (gaps: readonly Gap[]) => {
    for (const one of gaps) found.set(one.key, one)
  }
  eachLeg(whole, (leg, _index, traffic, context) => {
    if (leg.sender.kind === 'front') add(leg.sender.gaps)
    const visit = (stage: Stage): void => {
      if (stage.kind === 'sources') add(stage.gaps)
      const ids =
        stage.kind === 'union'
          ? stage.filters
          : stage.kind === 'ordered' || stage.kind === 'stateless'
            ? [stage.filter]
            : []
      for (const id of ids)
        for (const rule of context.estate.filters.get(id)?.inbound ?? [])
          if (mayMatch(rule, traffic, context)) add(gapsOfRule(rule, context))
      if (stage.kind === 'ordered') stage.behind.forEach(visit)
    }
    for (const { stage } of leg.stages) visit(stage)
  })
  return [...found.values()]
}
