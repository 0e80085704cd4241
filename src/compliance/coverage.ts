/** Which requirement each check serves, and how strongly. */
import type { Definition } from '../checks/definition.ts'
import { definitions } from '../checks/index.ts'
import { type Scope, scopesOf } from '../checks/requirements.ts'
import type { RequirementId } from '../model/requirement.ts'
import { type Edge, type Framework, requirementId, type Strength } from './framework.ts'
import { frameworks } from './frameworks.ts'

/** One requirement as a check serves it. */
export interface Served {
  readonly id: RequirementId
  readonly framework: Framework
  readonly edge: Edge
  /** Never above the edge's own: partial where the check is about something that the map does not name. */
  readonly strength: Strength
}

/** The requirements of a check, in the order of the map; where several edges name one line the strongest speaks. */
export function servedBy(check: Definition): readonly Served[] {
  const scopes = new Set<Scope>(scopesOf(check.about))
  const served = new Map<RequirementId, Served>()
  for (const framework of frameworks) {
    if (framework.provider !== null && framework.provider !== check.provider) continue
    for (const edge of framework.edges) {
      if (edge.scope === null || !scopes.has(edge.scope)) continue
      const id = requirementId(framework, edge)
      const strength = isNamed(check, edge) ? edge.strength : 'partial'
      const before = served.get(id)
      if (!before || (before.strength === 'partial' && strength === 'direct'))
        served.set(id, { id, framework, edge, strength })
    }
  }
  return [...served.values()]
}

/** Whether the column of the edge names what the check is about, and not only something like it. */
function isNamed({ about }: Definition, edge: Edge): boolean {
  switch (edge.scope) {
    case 'management':
      return about.kind === 'management-ports' || scopesOf(about).includes('remote-administration')
    case 'uncommon':
      return about.kind === 'uncommon-ports' || about.kind === 'all-ports'
    default:
      return true
  }
}

export interface Coverage {
  readonly framework: Framework
  readonly edge: Edge
  readonly id: RequirementId
  /** None where nothing of ours looks at it yet. */
  readonly checks: readonly Definition[]
}

/** Every edge of the map with the checks that serve it. */
export const coverage: readonly Coverage[] = frameworks.flatMap((framework) =>
  framework.edges.map((edge) => ({
    framework,
    edge,
    id: requirementId(framework, edge),
    checks: definitions.filter((check) => isFor(check, framework, edge)),
  })),
)

function isFor({ about, provider }: Definition, framework: Framework, { scope }: Edge): boolean {
  if (framework.provider !== null && framework.provider !== provider) return false
  return scope !== null && scopesOf(about).includes(scope)
}
