/** Where `scripts/test-servers.sh` put the real servers, and whether they are there. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const cache = join(import.meta.dirname, '..', '..', '.cache', 'test-servers')
const root = join(cache, 'root')
export const python = '/usr/bin/python3'

/** The version is part of the folder's name in Debian's packages. */
export const postgresql = {
  programs: join(root, 'usr/lib/postgresql/15/bin'),
  libraries: join(root, 'usr/lib/postgresql/15/lib'),
  shared: join(root, 'usr/share/postgresql/15'),
} as const

export const programs = {
  vsftpd: join(root, 'usr/sbin/vsftpd'),
  proftpd: join(root, 'usr/sbin/proftpd'),
  pureFtpd: join(root, 'usr/sbin/pure-ftpd'),
  purePw: join(root, 'usr/bin/pure-pw'),
  inetutilsFtpd: join(root, 'usr/sbin/ftpd'),
  sshd: join(root, 'usr/sbin/sshd'),
  sshKeygen: join(root, 'usr/bin/ssh-keygen'),
  postgres: join(postgresql.programs, 'postgres'),
  initdb: join(postgresql.programs, 'initdb'),
  psql: join(postgresql.programs, 'psql'),
} as const
export const proftpdModules = join(root, 'usr/lib/proftpd')
export const openssl = existsSync('/usr/bin/openssl')
  ? '/usr/bin/openssl'
  : join(root, 'usr/bin/openssl')

const librariesOfMachine = (): string => {
  const base = join(root, 'usr/lib')
  const found = existsSync(base)
    ? readdirSync(base).find((name) => name.endsWith('-linux-gnu'))
    : undefined
  return found ?? 'none'
}
export const libraryFolder = join(root, 'usr/lib', librariesOfMachine())
export const nssWrapper = join(libraryFolder, 'libnss_wrapper.so')

/** What a program of that folder needs to find its libraries and Python modules; nothing of the caller's environment. */
export const environment: Readonly<Record<string, string>> = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  LD_LIBRARY_PATH: [libraryFolder, join(root, 'lib', librariesOfMachine())].join(':'),
  PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONWARNINGS: 'ignore',
}

export const isRoot = process.getuid?.() === 0

/** Why the servers cannot be started here, as a sentence; null where they can. */
export const absence: string | null = (() => {
  if (process.platform !== 'linux') return 'the servers are Debian programs'
  const missing = [...Object.values(programs), python, nssWrapper, openssl].filter(
    (path) => !existsSync(path),
  )
  return missing.length === 0 ? null : `run scripts/test-servers.sh: ${missing[0]} is not there`
})()

/** In CI nothing may skip: absence is an error there. */
export const serversRequired = process.env['PORTREEVE_REQUIRE_SERVERS'] === '1'

/** The lowest port that this process may listen on. */
export const lowestPort: number = (() => {
  if (isRoot) return 1
  const setting = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
  return existsSync(setting) ? Number(readFileSync(setting, 'utf8')) : 1024
})()

/** Upstream's version out of Debian's: `1.3.8+dfsg-4+deb12u5` is `1.3.8`. */
export function packageVersion(name: string): string {
  const debian = readFileSync(join(cache, 'packages', name), 'utf8').trim()
  const upstream = debian.replace(/^\d+:/, '').replace(/-[^-]*$/, '')
  return upstream.replace(/\+(dfsg|ds|repack).*$/, '')
}

/** Runs a program to its end; its output. Throws with what it said when it fails. */
export const runProgram = (program: string, options: readonly string[], input = ''): string =>
  execFileSync(program, options, { env: environment, encoding: 'utf8', input, stdio: 'pipe' })
