/** What a user of the analysis may set, and the bounds that hold whatever comes. */

/** A running hash of a file's bytes. */
export interface FileHash {
  update(bytes: Uint8Array): void
  /** Lower-case hex; called once. */
  digest(): string
}

export interface GuessingRule {
  /** Failed logins of one client at one server … */
  readonly failures: number
  /** … within so many milliseconds. */
  readonly window: number
}

/** Everything that is kept at one time is bounded by these; what goes beyond is told of as a gap. */
export interface FtpLimits {
  /** Connections whose first bytes do not decide yet. */
  readonly sniffing: number
  /** Control connections, decided or not. */
  readonly controls: number
  /** Connections that ended undecided, in case their server turns out to speak FTP. */
  readonly pending: number
  /** Data connections that are open. */
  readonly data: number
  /** Data channels that were announced and are awaited. */
  readonly expected: number
  /** Files that listings showed, of all servers that are remembered. */
  readonly hosted: number
  /** Servers, and pairs of client and server with failed logins. */
  readonly remembered: number
  /** Characters that all sessions together keep, about. */
  readonly text: number
}

export interface FtpOptions {
  /** SHA-256 of complete files; `off` saves most of the time that transfers cost. */
  readonly fileHashes?: 'on' | 'off'
  /** A server is told of with its sessions, or (`early`) once it is recognised and whenever more is learned of it. */
  readonly servers?: 'early' | 'with-sessions'
  /** Another maker of hashes than Node's. */
  readonly newHash?: () => FileHash
  readonly guessing?: Partial<GuessingRule>
  readonly limits?: Partial<FtpLimits>
  /** The document that the packet at hand is of; without it, that of the connection's first packet. */
  readonly document?: () => string
}

export const guessingDefault: GuessingRule = { failures: 10, window: 15 * 60_000 }

export const ftpLimits: FtpLimits = {
  sniffing: 65_536,
  controls: 65_536,
  pending: 4096,
  data: 16_384,
  expected: 65_536,
  hosted: 262_144,
  remembered: 65_536,
  text: 128 * 1024 * 1024,
}

/** How long a data channel is awaited: servers give up after a minute or two (vsftpd: accept_timeout 60 s). */
export const awaited = 180_000
