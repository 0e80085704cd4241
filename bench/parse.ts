/** The peer of `audit.ts`: nothing but reading and parsing the same bytes. */
import { readFileSync } from 'node:fs'
import { argv } from 'node:process'

for (const path of argv.slice(2)) JSON.parse(readFileSync(path, 'utf8'))
