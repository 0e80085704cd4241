/** What is put into a lake while the process is killed: three batches over two days. */
import type { Observation } from '../../model/observation.ts'
import type { Lake } from '../lake/lake.ts'
import type { LakeWorld } from '../lake/world.ts'
import { flow, noon, service, session, source } from './observations.ts'

const hour = 3_600_000
export const deadlyName = 'deadly'
export const deadlySource = source(deadlyName)
export const deadlyWorld: LakeWorld = { now: () => noon + hour, limits: { batchRows: 12 } }
/** The first of the two days goes. */
export const deadlyRetention = { eventsBefore: noon - 10 * hour, rollupsBefore: noon - 10 * hour }
export const sessions = 9
export const flows = 9
export const services = 3
/** Of them on the second day. */
export const left = { sessions: 6, flows: 6, services: 3, counted: 6 }

/** A capture and a monitor saw one session from both sides of the midnight between the two days. */
export async function addOverMidnight(lake: Lake): Promise<void> {
  const midnight = noon - 12 * hour
  const seen = (start: number) =>
    session('198.51.100.99:40000', '10.0.0.5:2121', start, { end: midnight + hour })
  await lake.ingest(source('before midnight'), [seen(midnight - hour / 2)])
  await lake.ingest(source('after midnight', 'monitor'), [seen(midnight + hour / 6)])
}

export function manyObservations(): readonly Observation[] {
  const out: Observation[] = []
  for (let i = 0; i < sessions; i++) {
    const start = noon - (i % 3) * 8 * hour
    out.push(session(`198.51.100.${i}:40000`, '10.0.0.5:2121', start))
    out.push(flow(`198.51.100.${i}:40001`, '10.0.0.5:2121', start))
    if (i % 3 === 0) out.push(service('10.0.0.6:21', start))
  }
  return out
}
