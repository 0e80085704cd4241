/** How the parts of a random AWS estate find each other, and how a list is printed. */
import type { NetworkInterface } from './aws-documents.ts'
import type { Plan, Presence } from './aws-plan.ts'
import type { NamedDocument } from './packet.ts'

export const vpcOf = (estate: Plan, index: number): number => index % estate.networks.length
export const subnetOf = (estate: Plan, index: number): number => index % estate.subnets.length
export const vpcOfSubnet = (estate: Plan, index: number): number =>
  vpcOf(estate, estate.subnets[subnetOf(estate, index)]?.network ?? 0)
export const groupsIn = (
  estate: Plan,
  vpc: number,
  wanted: readonly number[],
): readonly number[] => {
  const own = estate.groups.flatMap((it, i) => (vpcOf(estate, it.network) === vpc ? [i] : []))
  if (own.length === 0) return []
  return [...new Set(wanted.map((index) => own[index % own.length] ?? 0))]
}
export const named = (indexes: readonly number[]): NetworkInterface['Groups'] =>
  indexes.map((i) => ({ GroupId: `sg-${i}`, GroupName: `group ${i}` }))

export function paged(
  call: string,
  member: string,
  items: readonly unknown[],
  presence: Presence,
): readonly NamedDocument[] {
  const page = (name: string, part: readonly unknown[], token: object): NamedDocument => ({
    document: `${name}.json`,
    value: { [member]: part, ...token },
  })
  const half = Math.ceil(items.length / 2)
  switch (presence) {
    case 'absent':
      return []
    case 'complete':
      return [page(call, items, {})]
    case 'partial':
      return [page(call, items.slice(0, half), { NextToken: 'more' })]
    case 'two-pages':
      // The command line tool joins pages and prints no token: each file is whole in itself.
      return [page(`${call}-1`, items.slice(0, half), {}), page(`${call}-2`, items.slice(half), {})]
  }
}
