/** PostgreSQL, asked through its own client. It refuses to run as root, so everything it needs is in a folder of its own. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { environment, isRoot, libraryFolder, postgresql, programs } from './place.ts'
import { freeAddress, isListening, makeFolder, removeFolder, startProcess } from './process.ts'

export interface Postgresql {
  /** Runs statements; what they print. */
  run(sql: string): string
  /** The rows of one query, in its order. */
  rows(sql: string): readonly Readonly<Record<string, string | number | null>>[]
  stop(): Promise<void>
}

const port = 5432
const user = 'portreeve'
/** Debian's `nobody`. */
const nobody = 65_534

export async function startPostgresql(): Promise<Postgresql> {
  const folder = makeFolder()
  try {
    const { bin, libraries } = copyPrograms(folder)
    const password = randomBytes(16).toString('hex')
    const data = join(folder, 'data')
    mkdirSync(data, { mode: 0o700 })
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (isRoot) for (const path of [data, passwordFile]) chownSync(path, nobody, nobody)
    const env = { ...environment, LD_LIBRARY_PATH: libraries, PGPASSWORD: password }
    const [initdb, ...initdbOptions] = unprivileged(
      ...[join(bin, 'initdb'), '-D', data, '-U', user, `--pwfile=${passwordFile}`],
      ...['--auth=scram-sha-256', '--locale=C', '--encoding=UTF8', '--no-sync'],
    )
    execFileSync(initdb, initdbOptions, { env, cwd: folder, stdio: 'pipe' })
    const address = freeAddress()
    const [program, ...options] = unprivileged(
      ...[join(bin, 'postgres'), '-D', data, '-h', address, '-p', String(port), '-k', ''],
      ...['-c', 'fsync=off', '-c', 'jit=off', '-c', 'max_connections=10'],
    )
    const server = await startProcess({ program, options, address, port, environment: env })
    const run = (sql: string, ...flags: readonly string[]) =>
      execFileSync(
        join(bin, 'psql'),
        [...clientOptions, ...flags, '-h', address, '-p', String(port), '-U', user, 'postgres'],
        { env, input: sql, encoding: 'utf8', stdio: 'pipe', maxBuffer: 64 * 1024 * 1024 },
      )
    return {
      run,
      rows: (sql) =>
        run(`SELECT row_to_json(answer) FROM (${sql}) answer`)
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
      async stop() {
        // Killed, it leaves its shared memory behind.
        process.kill(server.pid, 'SIGINT')
        for (let round = 0; round < 200 && isListening(address, port); round++) await wait(10)
        await server.stop()
        removeFolder(folder)
      },
    }
  } catch (error) {
    removeFolder(folder)
    throw error
  }
}

const clientOptions = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1']

/** The way to the cache may be closed to others than root: the server gets copies. */
function copyPrograms(folder: string): { readonly bin: string; readonly libraries: string } {
  const base = join(folder, 'usr/lib/postgresql/15')
  for (const path of [programs.postgres, programs.initdb, programs.psql])
    cpSync(path, join(base, 'bin', basename(path)))
  // The compiler of queries is large and not used.
  const isUsed = (path: string) => !/bitcode|llvmjit/.test(basename(path))
  cpSync(postgresql.libraries, join(base, 'lib'), { recursive: true, filter: isUsed })
  cpSync(postgresql.shared, join(folder, 'usr/share/postgresql/15'), { recursive: true })
  const libraries = join(folder, 'libraries')
  // Links are written anew by a copy, and lead back to where the way may be closed.
  if (existsSync(libraryFolder))
    cpSync(libraryFolder, libraries, { recursive: true, dereference: true })
  for (const path of [join(folder, 'usr'), libraries]) chmodSync(path, 0o755)
  return { bin: join(base, 'bin'), libraries }
}

const unprivileged = (
  program: string,
  ...options: readonly string[]
): readonly [string, ...string[]] =>
  isRoot
    ? [
        '/usr/bin/setpriv',
        ...[`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', program, ...options],
      ]
    : [program, ...options]
