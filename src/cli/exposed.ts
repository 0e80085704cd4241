/**
 * `--from-audit`: the addresses and TCP ports that an audit found reachable, from exports that are audited now or from
 * the JSON that an audit printed.
 */
import { z } from 'zod'
import { solve } from '../exposure/solve.ts'
import { type Address, formatAddress, parseAddress } from '../model/address.ts'
import { type PortSet, ports, unionAll } from '../model/port-set.ts'
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
  /** Milliseconds since the epoch at which the oldest of it was collected; null where nobody can tell. */
  readonly collected: number | null
}

export async function readExposed(path: string, edges: Edges): Promise<Reachable> {
  const report = await readReport(path, edges)
  if (report) return { exposed: byAddress(report), collected: null }
  const { estate, taken, faults, oldest } = await readEstate([path], edges, progressLine(edges))
  for (const fault of faults) edges.err(`portreeve: ${formatGap(fault)}\n`)
  if (taken === 0)
    throw new UsageError(
      faults.length > 0
        ? 'nothing could be read to take targets from (see above)'
        : `${path}: neither exports of a cloud nor what portreeve audit --format json prints`,
    )
  const reachable = solve(estate).filter(
    ({ verdict, transport }) => verdict === 'reachable' && transport === 'tcp',
  )
  return {
    exposed: byAddress(
      reachable.flatMap(({ entry, ports }) =>
        entry.addresses.map((address) => ({ address, ports })),
      ),
    ),
    collected: oldest,
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
  entry: z.looseObject({ addresses: z.array(z.string()) }),
  ports: z.array(z.tuple([z.int(), z.int()])).optional(),
})
const report = z.looseObject({ portreeve: z.string(), exposures: z.array(exposure) })

/** Null when the path is no report of an audit. */
async function readReport(path: string, edges: Edges): Promise<readonly Exposed[] | null> {
  const entry = await edges.documents.stat(path).catch(() => null)
  if (entry?.kind !== 'file' || !/\.json$/i.test(path)) return null
  const value = parse(await readFile(path, edges))
  if (typeof value !== 'object' || value === null || !('portreeve' in value)) return null
  const decoded = report.safeParse(value)
  if (!decoded.success) {
    const [first] = decoded.error.issues
    throw new UsageError(`${path} /${first?.path.join('/') ?? ''}: ${first?.message ?? 'odd'}`)
  }
  return decoded.data.exposures.flatMap((one, i) =>
    one.verdict === 'reachable' && one.transport === 'tcp'
      ? one.entry.addresses.map((text, j) => {
          const address = parseAddress(text)
          if (!address)
            throw new UsageError(
              `${path} /exposures/${i}/entry/addresses/${j}: not an address: ${JSON.stringify(text)}`,
            )
          return { address, ports: portsOf(one.ports ?? [], `${path} /exposures/${i}/ports`) }
        })
      : [],
  )
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
