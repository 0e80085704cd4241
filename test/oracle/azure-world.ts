/** Azure's documents, taken together, in the flat form of the `az` command. */
import type { NamedDocument } from './packet.ts'

export type Node = { readonly [member: string]: unknown }

export interface World {
  readonly groups: Found
  readonly cards: Found
  readonly publicAddresses: Found
  readonly networks: Found
  readonly tables: Found
  readonly balancers: Found
  readonly reading: Reading
}
/** Whether `VirtualNetwork` takes in a default route of the subnet's table: Azure says that it may. */
type Reading = 'default route counts' | 'default route does not count'
export const readings: readonly Reading[] = ['default route counts', 'default route does not count']

interface Found {
  readonly items: readonly Node[]
  readonly state: 'complete' | 'partial' | 'absent'
}

/** One address configuration of one interface: what a packet that has come in is measured against. */
export interface Seat {
  readonly card: Node
  readonly configuration: Node
}

export function gather(documents: readonly NamedDocument[]): Omit<World, 'reading'> {
  const pages = documents.map(({ value }) => page(value))
  const collect = (type: string): Found => {
    const own = pages.filter(({ items }) => items.some((item) => typeOf(item) === type))
    return {
      items: own.flatMap(({ items }) => items.filter((item) => typeOf(item) === type)),
      state: own.length === 0 ? 'absent' : own.some(({ more }) => more) ? 'partial' : 'complete',
    }
  }
  return {
    groups: collect('networksecuritygroups'),
    cards: collect('networkinterfaces'),
    publicAddresses: collect('publicipaddresses'),
    networks: collect('virtualnetworks'),
    tables: collect('routetables'),
    balancers: collect('loadbalancers'),
  }
}

function page(value: unknown): { readonly items: readonly Node[]; readonly more: boolean } {
  if (Array.isArray(value)) return { items: value.map(flat), more: false }
  const { value: rest, data, nextLink, skip_token: token } = value as Node
  const items = (rest ?? data) as unknown[] | undefined
  return items
    ? { items: items.map(flat), more: Boolean(nextLink ?? token) }
    : { items: [flat(value)], more: false }
}

/** Members of `properties` stand beside the others, as the `az` command prints them. */
function flat(value: unknown): Node {
  const lift = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(lift)
    if (typeof part !== 'object' || part === null) return part
    const { properties, ...rest } = part as Node
    const all = { ...rest, ...(typeof properties === 'object' ? properties : {}) }
    return Object.fromEntries(Object.entries(all).map(([member, own]) => [member, lift(own)]))
  }
  return lift(value) as Node
}

const typeOf = (item: Node): string =>
  (/\/providers\/[^/]+\/([^/]+)\/[^/]+$/i.exec(text(item, 'id'))?.[1] ?? '').toLowerCase()

export const text = (node: Node, member: string): string => {
  const value = node[member]
  return value === undefined || value === null ? '' : String(value)
}
export const list = (node: Node, member: string): readonly Node[] =>
  (node[member] as readonly Node[] | null | undefined) ?? []
export const child = (node: Node, member: string): Node | null =>
  (node[member] as Node | null | undefined) ?? null
export const key = (node: Node | null): string => (node ? text(node, 'id').toLowerCase() : '')
export const find = ({ items }: Found, id: string): Node | null =>
  items.find((item) => key(item) === id) ?? null
/** A member that Azure prints in the singular, in the plural, or both. */
export const both = (node: Node, one: string, many: string): readonly string[] => [
  ...(text(node, one) === '' ? [] : [text(node, one)]),
  ...((node[many] as readonly string[] | null | undefined) ?? []),
]

export const seats = (world: World): readonly Seat[] =>
  world.cards.items.flatMap((card) =>
    list(card, 'ipConfigurations').map((configuration) => ({ card, configuration })),
  )

export const networkOf = (world: World, subnet: string): Node | null =>
  find(world.networks, subnet.replace(/\/subnets\/[^/]+$/, ''))
export const subnetOf = (world: World, id: string): Node | null =>
  list(networkOf(world, id) ?? {}, 'subnets').find((subnet) => key(subnet) === id) ?? null

export const skuOf = (node: Node): string => text(child(node, 'sku') ?? {}, 'name').toLowerCase()

export interface Destination {
  readonly seat: Seat
  /** The front's address where the packet keeps it (floating IP). */
  readonly front: string | null
}

export type Group = Node | 'none' | 'unknown'
