/** What tcpdump writes down on loopback while something happens at a server, and what `portreeve ingest` says of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { disk } from '../../src/documents/disk.ts'
import { scanSystem } from '../../src/scan/system.ts'
import { portreeve } from '../cli/world.ts'
import { isBusy } from '../servers/process.ts'
import type { Running } from '../servers/running.ts'

export const tcpdump = '/usr/bin/tcpdump'

interface End {
  readonly address: string
  readonly port: number
}
/** What tests look into; the line has more. */
export interface Session {
  readonly commands: Readonly<Record<string, number>>
  readonly dataChannels:
    | readonly { readonly actual: End | null; readonly bytes: number | null }[]
    | null
  readonly files: readonly object[] | null
}
interface Flow {
  readonly src: End
  readonly dst: End
  readonly transport: string
  readonly packets: number
}

export interface Captured {
  /** The capture. */
  readonly file: string
  /** All that was said of it. */
  readonly text: string
  /** Of this server. */
  readonly sessions: readonly Session[]
  readonly services: readonly object[]
  /** Of all packets, the server's or not: IPv6's loopback is everybody's. */
  readonly flows: readonly Flow[]
}

/** Captures into `file` until everything that `act` did at the server is over and written. */
export async function captured(
  server: Running,
  file: string,
  act: () => Promise<void>,
): Promise<Captured> {
  // Data channels have ports of their own, so all of the address is taken.
  const dump = spawn(
    tcpdump,
    ['-i', 'lo', '-U', '--immediate-mode', '-B', '16384', '-w', file, 'host', server.address],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said = listen(dump)
  try {
    await said.until(/listening on/)
    await act()
    await until(async () => !isBusy(server.address, server.port), 'a connection stays open')
    const mark = randomBytes(16)
    await send(mark, server.address)
    await until(async () => (await readFile(file)).includes(mark), 'packets are not written')
  } finally {
    dump.kill('SIGINT')
    if (dump.exitCode === null && dump.signalCode === null) await once(dump, 'exit')
  }
  if (!/^0 packets dropped by kernel/m.test(said.text()))
    throw new Error(`packets are missing: ${said.text()}`)
  return ingest(file, server)
}

async function ingest(file: string, { address, port }: Running): Promise<Captured> {
  const { out, err, code } = await portreeve(['ingest', file, '--no-store', '--format', 'json'], {
    network: scanSystem,
    documents: disk,
  })
  if (code !== 0 || err !== '') throw new Error(`ingest ended with ${code}: ${err}`)
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return {
    file,
    text: out,
    sessions: lines.filter(
      ({ type, server }) =>
        type === 'ftp-session' && server.address === address && server.port === port,
    ),
    services: lines.filter(
      (line) => line.type === 'service' && line.address === address && line.port === port,
    ),
    flows: lines.filter(({ type }) => type === 'flow'),
  }
}

/** A datagram that nobody takes: when it is written, so is everything before it. */
async function send(mark: Uint8Array, address: string): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const discard = 9
  await new Promise<void>((resolve, reject) => {
    socket.send(mark, discard, address, (error) => (error ? reject(error) : resolve()))
  })
  socket.close()
}

function listen(child: ChildProcess) {
  let text = ''
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  return {
    text: () => text,
    until: (what: RegExp) =>
      until(async () => {
        if (child.exitCode !== null) throw new Error(`tcpdump ended: ${text}`)
        return what.test(text)
      }, 'tcpdump does not listen'),
  }
}

const patience = 10_000

async function until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = performance.now() + patience
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(otherwise)
    await wait(20)
  }
}
