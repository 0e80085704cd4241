import type { ResourceId } from '../../../model/resource.ts'
import type { World } from './world.ts'
export function adminOf(
  _world: World,
  _network: string,
): { readonly filter: ResourceId; readonly alwaysAllows: boolean } | null {
  return null
}
