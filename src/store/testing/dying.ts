/**
 * A process that works on a lake and kills itself at a point: `dying.ts FOLDER ingest|compaction POINT OCCURRENCE [SOURCE]`.
 * At a point that there is not it does its work and ends.
 */
import { argv, kill, pid } from 'node:process'
import { openLake } from '../lake/lake.ts'
import { deadlyName, deadlyWorld, manyObservations } from './deadly.ts'
import { source } from './observations.ts'

const [folder = '', work, point, occurrence = '1', name = deadlyName] = argv.slice(2)
let left = Number(occurrence)
const lake = await openLake(folder, {
  ...deadlyWorld,
  killPoint(name) {
    if (name === point && --left === 0) kill(pid, 'SIGKILL')
  },
})
if (work === 'ingest') await lake.ingest(source(name), manyObservations())
else await lake.compact()
await lake.close()
