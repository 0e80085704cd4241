/** The programs that capture: how they are called, and what their words tell. */

export interface CaptureRequest {
  readonly interface: string
  /** In the language of pcap-filter(7); null takes all. */
  readonly filter: string | null
  readonly promiscuous: 'on' | 'off'
}

export interface CaptureProgram {
  readonly name: 'dumpcap' | 'tcpdump'
  /** `account` is who it is to become where it is started with all rights; null where it is not. */
  options(request: CaptureRequest, account: string | null): readonly string[]
  /** Whether it prints its counters when asked, or only at its end. */
  readonly counters: 'on-request' | 'at-end'
}

/** dumpcap(1): of pcapng; with file capabilities it keeps nothing but these. Buffer in MiB. */
const dumpcap: CaptureProgram = {
  name: 'dumpcap',
  options: ({ interface: name, filter, promiscuous }) => [
    ...['-q', '-i', name, '-s', '262144', '-B', '16'],
    ...(promiscuous === 'off' ? ['-p'] : []),
    ...(filter === null ? [] : ['-f', filter]),
    ...['-w', '-'],
  ],
  counters: 'at-end',
}

/** tcpdump(1): of pcap, each packet written as it comes (-U). Buffer in KiB. */
const tcpdump: CaptureProgram = {
  name: 'tcpdump',
  options: ({ interface: name, filter, promiscuous }, account) => [
    ...['-n', '-U', '-i', name, '-s', '262144', '-B', '16384'],
    ...(promiscuous === 'off' ? ['-p'] : []),
    ...(account === null ? [] : ['-Z', account]),
    ...['-w', '-'],
    // What follows is no option, whatever it begins with.
    ...(filter === null ? [] : ['--', filter]),
  ],
  counters: 'on-request',
}

/**
 * In the order in which they are tried. dumpcap is what distributions give ordinary users leave to run; started by root it
 * stays root, where tcpdump becomes somebody else as soon as the interface is open.
 */
export const programsFor = (isRoot: boolean): readonly CaptureProgram[] =>
  isRoot ? [tcpdump, dumpcap] : [dumpcap, tcpdump]

/** Who tcpdump becomes: its own account where the machine has one. */
export const accountFor = (accounts: readonly string[]): string | null =>
  ['tcpdump', '_tcpdump', 'nobody'].find((name) => accounts.includes(name)) ?? null

/**
 * Drops as the programs print them: tcpdump's `3 packets dropped by kernel` and `… by interface`, each the total so far, and
 * dumpcap's `Packets received/dropped on interface 'eth0': 12/3 (…)`.
 */
export class DropCount {
  readonly #told = new Map<string, number>()

  read(line: string): void {
    for (const [, count, where] of line.matchAll(/(\d{1,15}) packets? dropped by (\w{1,20})/g))
      this.#told.set(where ?? '', Number(count))
    const end = /^Packets received\/dropped on interface .*: \d{1,15}\/(\d{1,15}) \(/.exec(line)
    if (end) this.#told.set('dumpcap', Number(end[1]))
  }

  /** Null where nothing was told yet. */
  get total(): number | null {
    if (this.#told.size === 0) return null
    let sum = 0
    for (const count of this.#told.values()) sum += count
    return sum
  }
}

/** Lines that tell what went wrong, and none of those that are always there. */
export const isComplaint = (line: string): boolean =>
  !/^(tcpdump: )?(listening on |\d+ packets? |data link type )|^(Capturing on |File: |Packets )|^(tcpdump: )?verbose output/.test(
    line,
  )
