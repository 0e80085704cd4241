#!/usr/bin/env -S node --initial-old-space-size=1000
/** Composition root: the only place that makes clocks, files and streams. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { enableCompileCache } from 'node:module'
import { argv, env, exit, platform, stderr, stdout } from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

// Sources are compiled once and not at every start.
enableCompileCache()

const [{ CommanderError }, { disk }, { UsageError }, { program }, { escapeText }] =
  await Promise.all([
    import('commander'),
    import('./documents/disk.ts'),
    import('./cli/edges.ts'),
    import('./cli/program.ts'),
    import('./report/escape.ts'),
  ])
type Edges = import('./cli/edges.ts').Edges
type ExitCode = import('./cli/edges.ts').ExitCode

// A reader that closes early (head, less) wants no more: that is no failure, and what was found still makes the exit code.
let outIsClosed = false
stdout.on('error', (error: NodeJS.ErrnoException) => {
  outIsClosed = true
  if (error.code === 'EPIPE') return
  stderr.write(`portreeve: standard output cannot be written (${error.code ?? error.message})\n`)
  exit(2)
})
// Nobody is left to be told.
stderr.on('error', () => {})

const edges: Edges = {
  documents: disk,
  out: async (text) => {
    if (outIsClosed || stdout.write(text)) return
    // Where it closes meanwhile, the listener above has been told.
    await once(stdout, 'drain').catch(() => {})
  },
  err: (text) => void stderr.write(text),
  outIsTerminal: stdout.isTTY === true,
  errIsTerminal: stderr.isTTY === true,
  columns: stdout.isTTY ? stdout.columns : 0,
  colour: wantsColour(),
  now: () => new Date(),
  readText: async (path) => decode(await readFile(path)),
  // Windows has no such bits: what its access lists say is not looked at.
  fileMode: async (path) => (platform === 'win32' ? 0o600 : (await stat(path)).mode),
  writeText: (path, chunks) => pipeline(Readable.from(chunks), createWriteStream(path)),
  openText: async (path) => {
    const file = await open(path, 'w')
    return { write: async (text) => void (await file.write(text)), close: () => file.close() }
  },
  network: async () => (await import('./scan/system.ts')).scanSystem,
  watch: async () => (await import('./capture/live.ts')).watchSystem,
  commandLine: ['portreeve', ...argv.slice(2)].join(' '),
}

/** A byte order mark tells UTF-16, which PowerShell writes; all else is UTF-8. */
function decode(bytes: Buffer): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return bytes.toString('utf8')
}

/** https://no-color.org and https://force-color.org: the first wins. */
function wantsColour(): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return stdout.isTTY === true && env['TERM'] !== 'dumb'
}

let code: ExitCode = 0
try {
  await program(edges, (result) => {
    code = result
  }).parseAsync(argv)
} catch (error) {
  if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : 2
  else {
    code = 2
    const message = error instanceof Error ? error.message : String(error)
    stderr.write(
      error instanceof UsageError
        ? `portreeve: ${escapeText(message)}\n`
        : `portreeve: a fault of ours, please report it: ${message}\n${env['PORTREEVE_DEBUG'] && error instanceof Error ? `${error.stack}\n` : ''}`,
    )
  }
}
process.exitCode = code
