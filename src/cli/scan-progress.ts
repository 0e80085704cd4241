/** One line on standard error while a scan runs: how far, how fast, how long still. */
import { grouped } from '../report/services/words.ts'
import type { startScan } from '../scan/engine.ts'
import type { ScanSystem } from '../scan/system.ts'
import type { Edges } from './edges.ts'
import type { Plan } from './scan-plan.ts'

type Running = ReturnType<typeof startScan>

export interface ScanProgress {
  watch(scan: Running, group: number): void
  end(): void
}

const every = 200
const clear = '\r\u001b[K'

export function scanProgress(edges: Edges, system: ScanSystem, { groups }: Plan): ScanProgress {
  if (!edges.errIsTerminal) return { watch: () => {}, end: () => {} }
  let running: Running | null = null
  let part = ''
  let cancel = system.timer(every, paint)
  function paint(): void {
    if (running)
      edges.err(clear + lineOf(running, part).slice(0, Math.max(20, (edges.columns || 80) - 1)))
    cancel = system.timer(every, paint)
  }
  return {
    watch(scan, group) {
      running = scan
      part = groups.length > 1 ? ` of part ${group + 1}/${groups.length}` : ''
    },
    end() {
      cancel()
      if (running) edges.err(clear)
      running = null
    },
  }
}

function lineOf(scan: Running, part: string): string {
  const { counts, pairs, done, inFlight, rate, secondsLeft } = scan.progress()
  const share = pairs === 0 ? 100 : Math.floor((100 * done) / pairs)
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`
  const found = counts.services + counts.outcomes.open
  return `scanning ${share} %${part}: ${grouped(done)} of ${grouped(pairs)} ports, ${grouped(found)} open, ${grouped(Math.round(rate))}/s, ${grouped(inFlight)} in flight${left}`
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
