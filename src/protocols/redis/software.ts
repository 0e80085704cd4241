/** Which server of the family this is, from the facts that INFO lists; all keep `redis_version` for old clients. */
import type { Product } from '../../model/service.ts'
import { cpe } from '../cpe.ts'

/** Null without any version: the text is no answer to INFO. */
export function productOf(facts: ReadonlyMap<string, string>): Product | null {
  const redis = facts.get('redis_version')
  const valkey = facts.get('valkey_version')
  if (valkey !== undefined || (redis !== undefined && facts.get('server_name') === 'valkey'))
    return product('Valkey', 'Valkey', valkey ?? null, ['lfprojects', 'valkey'])
  // `df-v1.14.1`
  const dragonfly = facts.get('dragonfly_version')
  if (dragonfly !== undefined)
    return product('DragonflyDB', 'Dragonfly', dragonfly.replace(/^df-v?/, ''), [
      'dragonflydb',
      'dragonfly',
    ])
  if (redis === undefined) return null
  if (/keydb/i.test(facts.get('executable') ?? '') || facts.has('mvcc_depth'))
    return product('Snap', 'KeyDB', redis, ['snap', 'keydb'])
  return product('Redis', 'Redis', redis, ['redis', 'redis'])
}

const product = (
  vendor: string,
  name: string,
  version: string | null,
  named: readonly [string, string],
): Product => ({
  vendor,
  name,
  version,
  cpe: cpe(...named, version),
  confidence: 0.95,
  from: ['info'],
})
