/** OCSF's nested form of a flat table, as SQL. */
import { quoted } from '../lake/duck.ts'
import { type OcsfTable, type Outward, outward } from './outward.ts'

/** A query for the events of a relation of the table, one struct for each nested object. `version` is the product's. */
export function ocsfView(table: OcsfTable, from: string, version: string): string {
  const rows: readonly Outward[] = [
    ...outward[table],
    ['metadata.product.version', quoted(version)],
  ]
  const columns = [...treeOf(rows)].map(([name, node]) => `${sqlOf(node)} AS ${name}`)
  return `SELECT ${columns.join(', ')} FROM ${from} e`
}

type Node = string | Tree
type Tree = Map<string, Node>

function treeOf(rows: readonly Outward[]): Tree {
  const root: Tree = new Map()
  for (const [path, is] of rows) {
    const names = path.split('.')
    const leaf = names.pop() ?? path
    let at = root
    for (const name of names) {
      const next = at.get(name)
      if (typeof next === 'string') throw new Error(`${path}: ${name} is no object`)
      const below: Tree = next ?? new Map()
      at.set(name, below)
      at = below
    }
    if (at.has(leaf)) throw new Error(`${path}: told twice`)
    at.set(leaf, is)
  }
  return root
}

function sqlOf(node: Node): string {
  if (typeof node === 'string') return `(${node})`
  const members = [...node].map(([name, below]) => `'${name}': ${sqlOf(below)}`)
  const nothing = [...node.values()].map((below) => `${sqlOf(below)} IS NULL`)
  return `(CASE WHEN ${nothing.join(' AND ')} THEN NULL ELSE {${members.join(', ')}} END)`
}
