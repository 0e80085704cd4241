/** The columns that all events share: when, of which source, where it stands. */
import type { Address } from '../../model/address.ts'
import { contains } from '../../model/address-set.ts'
import type { Place, SourceContext } from '../../model/observation.ts'
import { internet } from '../../model/public-space.ts'
import type { Columns } from './column-cells.ts'
import type { Row } from './columns.ts'
import type { LakeSource } from './source.ts'
import { dayOf } from './time.ts'

export type EventCells = Pick<
  Row<'flow'>,
  | 'time'
  | 'day'
  | 'source_key'
  | 'record'
  | 'network'
  | 'site'
  | 'origin_id'
  | 'vantage'
  | 'document'
  | 'place_packet'
  | 'place_line'
  | 'place_offset'
  | 'places'
>

export const originIds: Readonly<Record<SourceContext['origin'], number>> = {
  capture: 1,
  log: 2,
  import: 3,
}

/** `record` is the ordinal in the source, `network` as `networkOf` tells it. */
export function eventCells(
  source: LakeSource,
  record: number,
  time: number,
  network: string,
  at: readonly Place[],
): EventCells {
  const [first] = at
  return {
    time,
    day: dayOf(time),
    source_key: source.key,
    record,
    network,
    site: source.context.network,
    origin_id: originIds[source.context.origin],
    vantage: source.context.vantage,
    document: first?.document ?? null,
    place_packet: first?.packet ?? null,
    place_line: first?.line ?? null,
    place_offset: first?.offset ?? null,
    places: at.length === 1 ? null : JSON.stringify(at),
  }
}

/** As `eventCells`, straight into columns. */
export function writeEvent(
  columns: Pick<Columns<'flow'>, keyof EventCells>,
  row: number,
  { key, context }: LakeSource,
  record: number,
  time: number,
  network: string,
  at: readonly Place[],
): void {
  const [first] = at
  columns.time[row] = time
  columns.day[row] = dayOf(time)
  columns.source_key[row] = key
  columns.record[row] = record
  columns.network[row] = network
  columns.site[row] = context.network
  columns.origin_id[row] = originIds[context.origin]
  columns.vantage[row] = context.vantage
  columns.document[row] = first?.document ?? null
  columns.place_packet[row] = first?.packet ?? null
  columns.place_line[row] = first?.line ?? null
  columns.place_offset[row] = first?.offset ?? null
  columns.places[row] = at.length === 1 ? null : JSON.stringify(at)
}

const known = new Map<Address['value'], boolean>()
const remembered = 100_000

/** A public address is of `internet`, wherever it was seen; all others of the site. */
export function networkOf(address: Address, site: string): string {
  let open = known.get(address.value)
  if (open === undefined) {
    if (known.size >= remembered) known.clear()
    open = contains(internet, address)
    known.set(address.value, open)
  }
  return open ? 'internet' : site
}

export function readPlaces(
  row: Pick<EventCells, 'document' | 'place_packet' | 'place_line' | 'place_offset' | 'places'>,
): readonly Place[] {
  if (row.places !== null) return JSON.parse(row.places) as readonly Place[] // written by eventCells
  return [
    {
      document: row.document ?? '',
      ...(row.place_packet === null ? {} : { packet: Number(row.place_packet) }),
      ...(row.place_line === null ? {} : { line: Number(row.place_line) }),
      ...(row.place_offset === null ? {} : { offset: Number(row.place_offset) }),
    },
  ]
}
