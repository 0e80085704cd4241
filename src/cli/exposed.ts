/**
 * `--from-audit`: the addresses and TCP ports that an audit found reachable, from exports that are audited now or from
 * the JSON that an audit printed.
 */
import { z } from 'zod'
import { solve } from '../exposure/solve.ts'
import { type Address, formatAddress, parseAddress } from '../model/address.ts'
import { type Gap, gap } from '../model/gap.ts'
import { type PortSet, ports, unionAll } from '../model/port-set.ts'
import { plural } from '../report/words.ts'
import { type Edges, UsageError } from './edges.ts'
import { readFile } from './files.ts'
import { progressLine } from './progress.ts'
import { formatGap, readEstate } from './read-estate.ts'

export interface Exposed {
  readonly address: Address
  readonly ports: PortSet
}
export interface Reachable {
  readonly exposed: readonly Exposed[]
  /** What the audit told of and a scan cannot reach, or need not. */
  readonly gaps: readonly Gap[]
  /** Milliseconds since the epoch at which the oldest of it was collected; null where nobody can tell. */
  readonly collected: number | null
}

export async function readExposed(path: string, edges: Edges): Promise<Reachable> {
  const report = await readReport(path, edges)
  if (report) return { ...reachableOf(report), collected: null }
  const { estate, taken, faults, oldest } = await readEstate([path], edges, progressLine(edges))
  for (const fault of faults) edges.err(`portreeve: ${formatGap(fault)}\n`)
  if (taken === 0)
    throw new UsageError(
      faults.length > 0
        ? 'nothing could be read to take targets from (see above)'
        : `${path}: neither exports of a cloud nor what portreeve audit --format json prints`,
    )
  return { ...reachableOf(solve(estate)), collected: oldest }
}

/** Of an exposure what matters here. */
interface Told {
  readonly verdict: string
  readonly transport: string
  readonly entry: { readonly addresses: readonly Address[]; readonly names: readonly string[] }
  readonly ports: PortSet
}

const shownNames = 3

/** What is reachable over TCP at an address; of the rest a word, for nobody looks there. */
function reachableOf(told: readonly Told[]): Pick<Reachable, 'exposed' | 'gaps'> {
  const isReachable = ({ verdict }: Told) => verdict === 'reachable'
  const over = (transport: string) => told.filter((one) => one.transport === transport)
  const open = over('tcp').filter(isReachable)
  const exposed = open.flatMap(({ entry, ports }) =>
    entry.addresses.map((address) => ({ address, ports })),
  )
  const bare = open.filter(({ entry }) => entry.addresses.length === 0)
  const names = [...new Set(bare.flatMap(({ entry }) => entry.names))]
  const more = names.length > shownNames ? `, and ${names.length - shownNames} more` : ''
  const named =
    names.length > 0
      ? ` (name them as targets: ${names.slice(0, shownNames).join(', ')}${more})`
      : ''
  const left = [
    ['exposure-without-address', bare.length, `reachable at no address that is known${named}`],
    [
      'exposure-over-udp',
      over('udp').filter(isReachable).length,
      'reachable over UDP, which a scan does not speak',
    ],
    [
      'exposure-unknown',
      over('tcp').filter(({ verdict }) => verdict === 'unknown').length,
      'of which could not be told whether anybody reaches it',
    ],
  ] as const
  return {
    exposed: byAddress(exposed),
    gaps: left.flatMap(([reason, count, what]) =>
      count === 0
        ? []
        : [gap(reason, `not scanned: ${plural(count, 'exposure')} of the audit, ${what}`, null)],
    ),
  }
}

/** Ports of one address together, in the order in which addresses came. */
function byAddress(exposed: readonly Exposed[]): readonly Exposed[] {
  const all = new Map<string, { readonly address: Address; readonly ports: PortSet[] }>()
  for (const { address, ports } of exposed) {
    const key = formatAddress(address)
    const known = all.get(key)
    if (known) known.ports.push(ports)
    else all.set(key, { address, ports: [ports] })
  }
  return [...all.values()].map(({ address, ports }) => ({ address, ports: unionAll(ports) }))
}

const exposure = z.looseObject({
  verdict: z.string(),
  transport: z.string(),
  entry: z.looseObject({ addresses: z.array(z.string()), names: z.array(z.string()).default([]) }),
  ports: z.array(z.tuple([z.int(), z.int()])).optional(),
})
const report = z.looseObject({ portreeve: z.string(), exposures: z.array(exposure) })

/** Null when the path is no report of an audit. */
async function readReport(path: string, edges: Edges): Promise<readonly Told[] | null> {
  const entry = await edges.documents.stat(path).catch(() => null)
  if (entry?.kind !== 'file' || !/\.json$/i.test(path)) return null
  const value = parse(await readFile(path, edges))
  if (typeof value !== 'object' || value === null || !('portreeve' in value)) return null
  const decoded = report.safeParse(value)
  if (!decoded.success) {
    const [first] = decoded.error.issues
    throw new UsageError(`${path} /${first?.path.join('/') ?? ''}: ${first?.message ?? 'odd'}`)
  }
  return decoded.data.exposures.map(({ verdict, transport, entry, ports: pairs = [] }, i) => {
    const at = `${path} /exposures/${i}`
    const addresses = entry.addresses.map((text, j) => {
      const address = parseAddress(text)
      if (address) return address
      throw new UsageError(`${at}/entry/addresses/${j}: not an address: ${JSON.stringify(text)}`)
    })
    const entered = { addresses, names: entry.names }
    return { verdict, transport, entry: entered, ports: portsOf(pairs, `${at}/ports`) }
  })
}

function portsOf(pairs: readonly (readonly [number, number])[], at: string): PortSet {
  try {
    return ports(...pairs)
  } catch (cause) {
    throw new UsageError(`${at}: ${(cause as Error).message}`, { cause })
  }
}

/** What is no JSON is no report: whether it is anything else is for the reader of exports to say. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
