/** Preloaded into a measured process: writes its peak resident memory in KiB when it ends. */
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const file = process.env['PEAK_FILE']
  if (file) writeFileSync(file, String(process.resourceUsage().maxRSS))
})
