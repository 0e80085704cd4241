/** The command line in a world of its own: files in memory, a clock that stands, streams that remember. */
import { CommanderError } from 'commander'
import type { WatchSystem } from '../../src/capture/live.ts'
import { type Edges, type ExitCode, UsageError } from '../../src/cli/edges.ts'
import { program } from '../../src/cli/program.ts'
import type { ByteSource, DocumentIo } from '../../src/documents/io.ts'
import type { ScanSystem } from '../../src/scan/system.ts'

export type Files = Readonly<Record<string, string | Uint8Array>>

export interface Ended {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
  readonly written: Readonly<Record<string, string>>
}

export interface World {
  readonly files?: Files
  readonly stdin?: string
  /** What the terminal is wide; 0 where the output is no terminal. */
  readonly columns?: number
  readonly errIsTerminal?: boolean
  /** Milliseconds that pass between two looks at the clock. */
  readonly tick?: number
  /** Milliseconds since the epoch at which every file was written. */
  readonly modified?: number
  /** Documents of this disk instead of `files`. */
  readonly documents?: DocumentIo
  /** Real sockets and the real clock; none where not given. */
  readonly network?: ScanSystem
  /** What captures; nothing does where not given. */
  readonly watch?: WatchSystem
  /** Sees standard output as it is written. */
  readonly heard?: (text: string) => void
}

/** `portreeve ARGUMENTS`. */
export async function portreeve(args: readonly string[], world: World = {}): Promise<Ended> {
  const { files = {}, columns = 0, errIsTerminal = false, tick = 0, modified = 0 } = world
  let [out, err, time] = ['', '', Date.parse('2026-11-21T12:00:00Z')]
  const written: Record<string, string> = {}
  const edges: Edges = {
    documents: world.documents ?? memory(files, world.stdin ?? '', modified),
    out: async (text) => {
      out += text
      world.heard?.(text)
    },
    err: (text) => {
      err += text
    },
    outIsTerminal: columns > 0,
    errIsTerminal,
    columns,
    colour: false,
    now: () => {
      if (world.network) return new Date()
      time += tick
      return new Date(time)
    },
    fileMode: async () => 0o600,
    openText: () => Promise.reject(new Error('no files here')),
    network: async () => {
      if (!world.network) throw new Error('no network here')
      return world.network
    },
    watch: async () => {
      if (!world.watch) throw new Error('no capture here')
      return world.watch
    },
    readText: async (path) => Buffer.from(contentOf(files, path)).toString('utf8'),
    writeText: async (path, chunks) => {
      let text = ''
      for await (const chunk of chunks) text += chunk
      written[path] = text
    },
    commandLine: ['portreeve', ...args].join(' '),
  }
  let code: ExitCode = 0
  try {
    await program(edges, (result) => {
      code = result
    }).parseAsync(['node', 'portreeve', ...args])
  } catch (error) {
    if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : 2
    else if (error instanceof UsageError) {
      code = 2
      err += `portreeve: ${error.message}\n`
    } else throw error
  }
  return { code, out, err, written }
}

function contentOf(files: Files, path: string): string | Uint8Array {
  const content = files[path]
  if (content !== undefined) return content
  const code = Object.keys(files).some((name) => name.startsWith(`${path}/`)) ? 'EISDIR' : 'ENOENT'
  throw Object.assign(new Error(code), { code })
}

const memory = (files: Files, stdin: string, modified: number): DocumentIo => ({
  async stat(path) {
    const isFolder = Object.keys(files).some((name) => name.startsWith(`${path}/`))
    const size = isFolder ? 0 : contentOf(files, path).length
    return { kind: isFolder ? 'folder' : 'file', size, modified, identity: path }
  },
  async readdir(path) {
    const names = Object.keys(files).filter((name) => name.startsWith(`${path}/`))
    return [...new Set(names.map((name) => name.slice(path.length + 1).split('/')[0] as string))]
  },
  open: async (path) => bytesOf(contentOf(files, path)),
  stdin: () => bytesOf(stdin),
})

function bytesOf(content: string | Uint8Array): ByteSource {
  const bytes = Buffer.from(content)
  let at = 0
  return {
    size: bytes.length,
    async read(into) {
      const length = bytes.copy(into, 0, at)
      at += length
      return length
    },
    close: async () => {},
  }
}
