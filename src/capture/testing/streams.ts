/** What a sink was told, and captures from memory. */
import type { CaptureSource } from '../read-bytes.ts'
import type { Side, StreamSink, Tcp } from '../stream.ts'

export interface Heard {
  readonly tcp: Tcp<Heard>
  /** What each side said; what was lost stands as `[n]`. */
  readonly text: [string, string]
  /** Number of the packet, side, and how many bytes came, or `[n]` did not. */
  readonly events: string[]
  lost: number
  ended: string | null
}

/** Keeps all; answers `skip` once so many bytes of a connection were handed over. */
export function hearing(skipAfter = Number.POSITIVE_INFINITY): {
  readonly sink: StreamSink<Heard>
  readonly heard: readonly Heard[]
} {
  const heard: Heard[] = []
  let taken = 0
  const of = (tcp: Tcp<Heard>): Heard => {
    if (tcp.state === undefined) throw new Error('told of a connection that was not opened')
    if (tcp.state.ended !== null) throw new Error('told of a connection that was closed')
    return tcp.state
  }
  return {
    heard,
    sink: {
      open(tcp) {
        if (tcp.state !== undefined) throw new Error('opened twice')
        tcp.state = { tcp, text: ['', ''], events: [], lost: 0, ended: null }
        heard.push(tcp.state)
      },
      data(tcp, side: Side, bytes, _time, packet) {
        const state = of(tcp)
        if (bytes.length === 0) throw new Error('no bytes')
        const said = Buffer.from(bytes).toString('latin1')
        state.text[side] += said
        state.events.push(`${packet}:${side}:${said.length}`)
        taken += bytes.length
        return taken > skipAfter ? 'skip' : 'more'
      },
      lost(tcp, side, bytes, _time, packet) {
        const state = of(tcp)
        if (!(bytes > 0)) throw new Error('nothing lost')
        state.text[side] += `[${bytes}]`
        state.events.push(`${packet}:${side}:[${bytes}]`)
        state.lost += bytes
      },
      close(tcp, reason) {
        of(tcp).ended = reason
      },
    },
  }
}

/** A capture in memory, in pieces of these sizes over and over. */
export function inMemory(
  bytes: Uint8Array,
  pieces: readonly number[] = [65_536],
  document = 'test.pcap',
): CaptureSource {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let at = 0
    for (let i = 0; at < bytes.length; i++) {
      const size = Math.max(1, pieces[i % pieces.length] ?? 65_536)
      yield bytes.slice(at, at + size)
      at += size
    }
  }
  return { kind: 'stream', document, chunks: chunks() }
}
