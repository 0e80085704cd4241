/** From the words of the command line to what is scanned: scope, targets, ports, in groups of equal ports. */
import { formatAddress } from '../model/address.ts'
import {
  contains,
  empty,
  isSubset,
  ofAddress,
  parseAddresses,
  unionAll,
} from '../model/address-set.ts'
import type { Gap } from '../model/gap.ts'
import { formatPorts, intersect, isEmpty, type PortSet } from '../model/port-set.ts'
import { escapeText } from '../report/escape.ts'
import { parsePorts } from '../scan/ports.ts'
import { loopback, parseScope, type Scope, scopeOf } from '../scan/scope.ts'
import type { ScanSystem } from '../scan/system.ts'
import { readTargets, type Targets } from '../scan/targets.ts'
import { type Edges, UsageError } from './edges.ts'
import { type Exposed, readExposed } from './exposed.ts'
import { readFile } from './files.ts'

export interface PlanArguments {
  readonly targets: readonly string[]
  readonly ports?: string
  readonly scope?: string
  readonly exclude: readonly string[]
  readonly fromAudit?: string
}

export interface Group {
  readonly targets: Targets
  readonly ports: PortSet
}
export interface Plan {
  readonly scope: Scope
  readonly groups: readonly Group[]
  /** What was asked for and is not scanned. */
  readonly gaps: readonly Gap[]
  readonly isLoopback: boolean
}

/** Cloud addresses move: what was collected longer ago than this is no scope. */
const freshMilliseconds = 3_600_000
/** What was written in the future tells of a clock that is wrong. */
const isFreshAge = (age: number): boolean => age >= 0 && age < freshMilliseconds

export async function readPlan(
  asked: PlanArguments,
  edges: Edges,
  system: ScanSystem,
): Promise<Plan> {
  if (asked.targets.length === 0 && asked.fromAudit === undefined)
    throw new UsageError('name targets (addresses, CIDRs, names) or --from-audit')
  const ports = asked.ports === undefined ? null : portsOf(asked.ports)
  const excluded = unionAll(asked.exclude.map(exclusion))
  const reachable = asked.fromAudit === undefined ? null : await readExposed(asked.fromAudit, edges)
  const exposed = reachable?.exposed ?? []
  const file = asked.scope === undefined ? null : await readScope(asked.scope, edges)
  const own = unionAll(exposed.map(({ address }) => ofAddress(address)))
  const isFresh =
    reachable !== null &&
    reachable.collected !== null &&
    isFreshAge(edges.now().getTime() - reachable.collected)
  if (reachable && !file && !isFresh && !isSubset(own, loopback))
    throw new UsageError(
      `${asked.fromAudit}: ${reachable.collected === null ? 'nothing tells when it was collected' : 'it was collected more than an hour ago'}, and cloud addresses move: say with --scope which addresses are yours`,
    )
  const scope = file
    ? scopeOf('file', file.allowed, unionAll([file.excluded, excluded]))
    : isFresh
      ? scopeOf('file', unionAll([own, loopback]), excluded)
      : scopeOf('loopback', loopback, excluded)
  const named = await readTargets(asked.targets, scope, system.resolve)
  if (named.kind === 'wrong') throw new UsageError(named.errors.map(escapeText).join('; '))
  const gaps = [...named.gaps, ...(reachable?.gaps ?? [])]
  const needs = gaps.find(({ reason }) => reason === 'needs-scope-file')
  if (needs) throw new UsageError(needs.message)
  const groups: Group[] = []
  if (!isNothing(named.targets))
    groups.push({ targets: named.targets, ports: ports ?? portsOf('ftp') })
  for (const group of await groupsOf(exposed, ports, scope, system, gaps)) groups.push(group)
  if (groups.length === 0)
    throw new UsageError(
      gaps[0]
        ? `${gaps[0].message}${gaps.length > 1 ? ` (and ${gaps.length - 1} more)` : ''}: nothing is left to scan`
        : asked.fromAudit === undefined
          ? 'no target is left'
          : `${asked.fromAudit}: nothing there is reachable over TCP at a known address`,
    )
  const all = unionAll(groups.map(({ targets }) => targets.addresses))
  return { scope, groups, gaps, isLoopback: isSubset(all, loopback) }
}

const isNothing = ({ addresses }: Targets): boolean => isSubset(addresses, empty)

function portsOf(text: string): PortSet {
  const read = parsePorts(text)
  if (read.kind === 'wrong') throw new UsageError(`--ports: ${read.message}`)
  return read.ports
}

function exclusion(text: string) {
  const set = parseAddresses(text)
  if (!set)
    throw new UsageError(`--exclude: not an address, CIDR or range: ${JSON.stringify(text)}`)
  return set
}

async function readScope(path: string, edges: Edges): Promise<Scope> {
  const read = parseScope(await readFile(path, edges))
  if (read.kind === 'wrong')
    throw new UsageError(read.errors.map((line) => `${path}: ${line}`).join('; '))
  for (const note of read.notes) edges.err(`portreeve: ${escapeText(`${path}: ${note}`)}\n`)
  return read.scope
}

/** Addresses with equal ports are scanned together: nothing is asked of a port that the audit did not name. */
async function groupsOf(
  exposed: readonly Exposed[],
  only: PortSet | null,
  scope: Scope,
  system: ScanSystem,
  gaps: Gap[],
): Promise<readonly Group[]> {
  const byPorts = new Map<string, { readonly ports: PortSet; readonly all: Exposed[] }>()
  for (const one of exposed) {
    const ports = only ? intersect(one.ports, only) : one.ports
    if (isEmpty(ports)) continue
    const key = formatPorts(ports)
    const known = byPorts.get(key)
    if (known) known.all.push(one)
    else byPorts.set(key, { ports, all: [one] })
  }
  const groups: Group[] = []
  for (const { ports, all } of byPorts.values()) {
    const addresses = unionAll(
      all.flatMap(({ address }) => (contains(scope.admitted, address) ? [ofAddress(address)] : [])),
    )
    const outside = all.filter(({ address }) => !contains(scope.admitted, address))
    if (outside.length > 0) gaps.push(...(await refusals(outside, scope, system)))
    const targets = { addresses, names: new Map<string, string>() }
    if (!isNothing(targets)) groups.push({ targets, ports })
  }
  return groups
}

/** In the words in which targets are refused. */
async function refusals(
  outside: readonly Exposed[],
  scope: Scope,
  system: ScanSystem,
): Promise<readonly Gap[]> {
  const read = await readTargets(
    outside.map(({ address }) => formatAddress(address)),
    scope,
    system.resolve,
  )
  return read.kind === 'read' ? read.gaps : []
}
