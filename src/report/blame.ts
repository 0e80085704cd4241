/**
 * Findings by what would have to be changed: a block for each filter with the machines behind it, and one for each resource
 * whose findings no single filter explains. In a block, findings that the same rules make stand together.
 */
import type { Finding } from '../model/audit.ts'
import type { Estate, Filter, Rule } from '../model/estate.ts'
import type { Exposure, Step } from '../model/exposure.ts'
import type { Because, Severity, WrongPorts } from '../model/finding.ts'
import { overlaps } from '../model/port-set.ts'
import type { Resource } from '../model/resource.ts'
import { formatSource, type Source } from '../model/source.ts'
import { compareFindings, compareText, exposuresOf, severityRank } from './order.ts'

export interface Blamed {
  readonly resource: Resource
  /** The worst of all its findings, those of machines included. */
  readonly severity: Severity
  readonly rows: readonly Row[]
}

export interface Row {
  /** Of the block's resource, worst first. */
  readonly findings: readonly Finding[]
  /** Of machines behind this filter, for the same ports. */
  readonly behind: readonly Finding[]
  readonly exposures: readonly Exposure[]
  readonly rules: readonly BlamedRule[]
  /** What else the checks say. */
  readonly reasons: readonly Because[]
}

export interface BlamedRule {
  /** Null where it is the block's own. */
  readonly filter: string | null
  readonly rule: Rule | string
  readonly source: Source
}

export function blamedBlocks(all: readonly Finding[], estate: Estate): readonly Blamed[] {
  const findings = all.toSorted(compareFindings)
  const lookUp = filtersById(estate)
  const drafts = new Map<string, Draft>()
  const draftOf = ({ resource }: Finding): Draft => {
    const known = drafts.get(resource.key)
    if (known) return known
    const made = { resource, rows: new Map<string, DraftRow>() }
    drafts.set(resource.key, made)
    return made
  }
  const isOfFilter = ({ resource }: Finding): boolean => estate.filters.has(resource.key)
  for (const finding of findings) if (isOfFilter(finding)) addOwn(draftOf(finding), finding, lookUp)
  for (const finding of findings) {
    if (isOfFilter(finding)) continue
    const row = rowBefore(finding, drafts, lookUp)
    if (row) row.behind.push(finding)
    else addOwn(draftOf(finding), finding, lookUp)
  }
  return [...drafts.values()]
    .map(finished)
    .sort(
      (a, b) =>
        severityRank[a.severity] - severityRank[b.severity] ||
        compareText(a.resource.key, b.resource.key),
    )
}

interface Draft {
  readonly resource: Resource
  readonly rows: Map<string, DraftRow>
}
interface DraftRow {
  readonly own: Finding[]
  readonly behind: Finding[]
  readonly rules: readonly BlamedRule[]
  readonly reasons: readonly Because[]
}
/** A filter by the id that steps name. */
type LookUp = (id: string) => Filter | undefined

function filtersById({ filters }: Estate): LookUp {
  let byId: Map<string, Filter> | undefined
  return (id) => {
    byId ??= new Map([...filters.values()].map((filter) => [filter.resource.id, filter]))
    return byId.get(id)
  }
}

function addOwn({ resource, rows }: Draft, finding: Finding, lookUp: LookUp): void {
  const evidence = evidenceOf(finding, lookUp)
  const key = JSON.stringify([
    evidence.rules.map(({ filter, rule, source }) => [
      filter,
      typeof rule === 'string' ? rule : rule.id,
      formatSource(source),
    ]),
    evidence.reasons.map(({ text }) => text),
  ])
  const known = rows.get(key)
  if (known) known.own.push(finding)
  else rows.set(key, { own: [finding], behind: [], ...ownFirst(evidence, resource) })
}

interface Evidence {
  readonly rules: readonly BlamedRule[]
  readonly reasons: readonly Because[]
}

/** The rules that a finding is about. Those of a machine's finding are sought in its exposures. */
function evidenceOf(finding: Finding, lookUp: LookUp): Evidence {
  const { resource } = finding
  const because = (finding.because ?? []).toSorted(
    (a, b) => compareText(placeText(a), placeText(b)) || compareText(a.text, b.text),
  )
  const own = lookUp(resource.id)
  if (own) {
    const rules = because.flatMap(({ source }) => {
      const rule = source && ruleAt(own, source)
      return source && rule ? [{ filter: resource.id, rule, source }] : []
    })
    const told = new Set(rules.map(({ source }) => source))
    const others = because.filter(({ source }) => source === null || !told.has(source))
    return { rules, reasons: rules.length > 0 ? others.filter(({ source }) => source) : others }
  }
  const rules = nearRules(finding, lookUp)
  const told = exposuresOf(finding).length > 0
  return { rules, reasons: told ? [] : because }
}

const placeText = ({ source }: Because): string => (source ? formatSource(source) : '')

const ownFirst = ({ rules, reasons }: Evidence, { id }: Resource): Evidence => ({
  rules: rules.map((one) => (one.filter === id ? { ...one, filter: null } : one)),
  reasons,
})

/** Stages that stand before whole networks: seldom what is changed to close one finding. */
const farStages = new Set([
  'network-acl',
  'network-acl-reply',
  'route',
  'public-access-block',
  'front',
])

/** Widest first: an office's network beside the whole internet is not why a port is open. */
function nearRules(finding: Finding, lookUp: LookUp): readonly BlamedRule[] {
  const found = new Map<Source, { readonly blamed: BlamedRule; readonly size: number }>()
  const why = new Set((finding.because ?? []).map(placeText))
  for (const exposure of finding.exposures ?? [])
    for (const step of exposure.rules) {
      if (step.source === null || farStages.has(step.stage) || found.has(step.source)) continue
      if (why.size > 0 && !why.has(formatSource(step.source))) continue
      const filter = step.filter === null ? undefined : lookUp(step.filter)
      const rule = filter && ruleAt(filter, step.source)
      if (rule && !concerns(rule, finding.ports ?? [], exposure)) continue
      found.set(step.source, {
        blamed: { filter: step.filter, rule: rule ?? nameOf(step), source: step.source },
        size: sizeOf(rule),
      })
    }
  return [...found.values()]
    .sort(
      (a, b) =>
        b.size - a.size ||
        compareText(formatSource(a.blamed.source), formatSource(b.blamed.source)),
    )
    .map(({ blamed }) => blamed)
}

const nameOf = ({ rule, stage }: Step): string => rule ?? stage.replaceAll('-', ' ')

const ruleAt = ({ inbound }: Filter, source: Source): Rule | undefined =>
  inbound.find((rule) => rule.source === source) ??
  inbound.find((rule) => formatSource(rule.source) === formatSource(source))

/** Ports that a front maps are not the rule's where the rule stands before the front: then nothing is left out. */
function concerns({ what }: Rule, ports: readonly WrongPorts[], exposure: Exposure): boolean {
  if (ports.length === 0 || exposure.ports.join() !== exposure.targetPorts.join()) return true
  return ports.some(({ transport, ports: own }) => overlaps(what[transport], own))
}

/** How many IPv4 addresses, about; a name that is not known may be anybody. */
function sizeOf(rule: Rule | undefined): number {
  if (rule?.peer.kind !== 'addresses') return rule?.peer.kind === 'group' ? 0 : 2 ** 31
  const { v4, v6 } = rule.peer.set
  let size = v6.length > 0 ? 1 : 0
  for (let i = 0; i + 1 < v4.length; i += 2) size += (v4[i + 1] as number) - (v4[i] as number) + 1
  return size
}

/** Where the one filter that lets a machine's finding happen fails for the same ports itself. */
function rowBefore(
  finding: Finding,
  drafts: ReadonlyMap<string, Draft>,
  lookUp: LookUp,
): DraftRow | undefined {
  const ids = new Set(nearRules(finding, lookUp).map(({ filter }) => filter))
  const [id] = ids
  const filter = ids.size === 1 && id ? lookUp(id) : undefined
  const draft = filter && drafts.get(filter.resource.key)
  if (!draft) return undefined
  return [...draft.rows.values()].find(({ own }) =>
    own.some(({ ports }) => shares(ports ?? [], finding.ports ?? [])),
  )
}

const shares = (some: readonly WrongPorts[], others: readonly WrongPorts[]): boolean =>
  some.some((a) => others.some((b) => a.transport === b.transport && overlaps(a.ports, b.ports)))

function finished({ resource, rows }: Draft): Blamed {
  const made = [...rows.values()].map(
    ({ own, behind, rules, reasons }): Row => ({
      findings: own.toSorted(compareFindings),
      behind: behind.toSorted(compareFindings),
      exposures: exposuresOf({ exposures: [...new Set([...own, ...behind].flatMap(exposuresOf))] }),
      rules,
      reasons,
    }),
  )
  const ranked = made.toSorted((a, b) => severityRank[worst(a)] - severityRank[worst(b)])
  return { resource, severity: worst(ranked[0] as Row), rows: ranked }
}

const worst = ({ findings, behind }: Row): Severity =>
  [...findings, ...behind].reduce<Severity>(
    (so, { severity }) => (severityRank[severity] < severityRank[so] ? severity : so),
    'informational',
  )
