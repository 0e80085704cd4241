/** All benchmarks, one after the other: `npm run bench`. */
import { spawnSync } from 'node:child_process'
import { execPath, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'

for (const name of ['sets', 'start', 'solving', 'reading', 'audit', 'scan', 'capture', 'lake']) {
  stdout.write(`\n== ${name}\n`)
  spawnSync(execPath, [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))], {
    stdio: 'inherit',
  })
}
