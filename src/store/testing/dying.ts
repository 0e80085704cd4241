/**
 * A process that works on a lake and kills itself at a point: `dying.ts FOLDER ingest|compaction|retention|reading POINT OCCURRENCE [SOURCE]`.
 * At a point that there is not it does its work and ends; as a reader it dies over what it reads.
 */
import { argv, kill, pid } from 'node:process'
import { openLake } from '../lake/lake.ts'
import { deadlyName, deadlyRetention, deadlyWorld, manyObservations } from './deadly.ts'
import { noon, source } from './observations.ts'

const [folder = '', work, point, occurrence = '1', name = deadlyName] = argv.slice(2)
let left = Number(occurrence)
const lake = await openLake(folder, {
  ...deadlyWorld,
  killPoint(name) {
    if (name === point && --left === 0) kill(pid, 'SIGKILL')
  },
})
if (work === 'ingest') await lake.ingest(source(name), manyObservations())
else if (work === 'retention') await lake.retain(deadlyRetention)
else if (work === 'reading')
  await lake.ocsfLines(
    { kind: 'sessions', window: { from: 0, to: noon * 2 }, version: '0' },
    async () => void kill(pid, 'SIGKILL'),
  )
else await lake.compact()
await lake.close()
