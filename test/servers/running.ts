/** A server that runs for a test, and how to have one. */
import type { Expected } from './expected.ts'
import { absence, isRoot, lowestPort } from './place.ts'
import { freeAddress, type Launch, makeFolder, removeFolder, startProcess } from './process.ts'

export interface Running {
  readonly address: string
  readonly port: number
  readonly pids: readonly number[]
  readonly expected: Expected
  /** The last of what the server wrote of itself. */
  output(): string
  /** Ends the processes and removes the folder; a second call does nothing. */
  stop(): Promise<void>
}

/** Where to listen; an address that nobody else has where none is given. */
export interface Place {
  readonly address?: string
  readonly port?: number
}

/** What a server needs of the machine beside its programs. */
export type Needs = 'root' | 'any'

/** Why such a server cannot be started here on this port; null where it can. */
export function whyNot(needs: Needs, port: number): string | null {
  if (absence !== null) return absence
  if (needs === 'root' && !isRoot)
    return 'the server changes its user and root folder: only root may'
  return port < lowestPort ? `only root may listen on port ${port}` : null
}

/** Starts a server whose files are in a folder of its own, which goes with it. */
export async function startIn(
  place: Place,
  standardPort: number,
  prepare: (
    folder: string,
    address: string,
    port: number,
  ) => Omit<Launch, 'address' | 'port'> & {
    readonly expected: Expected
  },
): Promise<Running> {
  const { address = freeAddress(), port = standardPort } = place
  const folder = makeFolder()
  try {
    const { expected, ...launch } = prepare(folder, address, port)
    const server = await startProcess({ ...launch, address, port })
    const stop = async () => {
      await server.stop()
      removeFolder(folder)
    }
    return { address, port, pids: [server.pid], expected, output: server.output, stop }
  } catch (error) {
    removeFolder(folder)
    throw error
  }
}
