/** The entry: captures in, TCP streams and flows out, and what can be said of the whole. */
import { type Gap, gap } from '../model/gap.ts'
import type { Flow, Observation, Place } from '../model/observation.ts'
import { type FlowObserver, readFlow } from './flow.ts'
import { PacketAnalysis } from './packet-analysis.ts'
import { type ReadDocument, readPacketsInOrder } from './packet-order.ts'
import type { CaptureSource } from './read-bytes.ts'
import type { StreamSink } from './stream.ts'
import { defaultTcpLimits, TcpAssembly, type TcpLimits } from './tcp.ts'

export interface CaptureOptions {
  readonly limits?: Partial<TcpLimits>
  /** Offloading makes the sender's own checksums wrong: verified only where asked for. */
  readonly checksums?: 'ignored' | 'verified'
  /** Asks for a flow for each connection, given out when it is forgotten; other protocols than TCP then count too. */
  readonly flows?: {
    readonly observer: FlowObserver
    readonly emit: (flow: Flow, at: Place) => void
  }
  /** Called when the packets at hand are of another document than before. */
  readonly onDocument?: (document: string) => void
  /** Sees the decompressed bytes of each document in order: to hash them. They are used again: copy what is kept. */
  readonly onBytes?: (document: string, bytes: Uint8Array) => void
  /** Called now and then with the packets read so far: for progress. */
  readonly onProgress?: (packets: number) => void
  /** Ends the reading between two packets; what is open then ends as at the end of the capture. */
  readonly signal?: AbortSignal
}

export interface CaptureSummary {
  readonly packets: number
  /** Captured, without the format's own, and as they were on the wire. */
  readonly bytes: number
  readonly wireBytes: number
  /** Packets that are no IP. */
  readonly notIp: number
  /** TCP connections and attempts. */
  readonly connections: number
  /** Bytes of streams that nobody will see. */
  readonly lostBytes: number
  /** Milliseconds since the epoch; null where there is no packet. */
  readonly from: number | null
  readonly to: number | null
  /** Packets the capturing machines say that they dropped; null where none of them says. */
  readonly dropped: number | null
  readonly documents: readonly ReadDocument[]
  readonly gaps: readonly Gap[]
  /** One for each document: between two of them nobody looked, as far as they tell. */
  readonly coverage: readonly Extract<Observation, { kind: 'coverage' }>[]
}

/**
 * Reads captures as one, in the order of their times (see `readPacketsInOrder`); a connection goes on from one to the
 * next. What cannot be read is a gap of the summary; only what the sink throws is thrown.
 */
export async function readCapture<State>(
  sources: readonly CaptureSource[],
  sink: StreamSink<State>,
  options: CaptureOptions = {},
): Promise<CaptureSummary> {
  const limits = { ...defaultTcpLimits, ...options.limits }
  const checksums = options.checksums ?? 'ignored'
  const { flows } = options
  const seed = Math.floor(Math.random() * 0x1_0000_0000)
  const assembly = new TcpAssembly(
    sink,
    { limits, checksums, seed },
    flows
      ? (connection) => {
          const { document, packet } = connection
          flows.emit(readFlow(connection, flows.observer), { document, packet })
        }
      : null,
  )
  const analysis = new PacketAnalysis(assembly, {
    checksums,
    others: flows ? 'counted' : 'ignored',
  })
  const documents = await readPacketsInOrder(sources, analysis, options)
  analysis.fragments.end()
  assembly.end(documents.at(-1)?.packets ?? 0)
  return summarise(documents, assembly, analysis.fragments.incomplete)
}

function summarise<State>(
  documents: readonly ReadDocument[],
  assembly: TcpAssembly<State>,
  incompleteFragments: number,
): CaptureSummary {
  const sum = (of: (document: ReadDocument) => number) =>
    documents.reduce((total, document) => total + of(document), 0)
  const times = documents.flatMap(({ from, to }) =>
    from === null || to === null ? [] : [from, to],
  )
  const from = times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null
  const to = times.length > 0 ? times.reduce((a, b) => Math.max(a, b)) : null
  const told = documents.filter(({ dropped }) => dropped !== null)
  const dropped = told.length > 0 ? sum((document) => document.dropped ?? 0) : null
  const lost = streamGaps(assembly, incompleteFragments)
  const gaps = [...documents.flatMap((document) => document.gaps), ...lost]
  return {
    packets: sum((document) => document.packets),
    bytes: sum((document) => document.bytes),
    wireBytes: sum((document) => document.wireBytes),
    notIp: sum((document) => document.notIp),
    connections: assembly.connections,
    lostBytes: assembly.reassembly.lostBytes,
    from,
    to,
    dropped,
    documents,
    gaps,
    coverage: documents.map((one) => ({
      kind: 'coverage',
      from: one.from,
      to: one.to,
      // Bytes missing in the streams may never have been on this wire; what the documents lack was.
      complete: [...one.gaps, ...lost].every(({ reason }) => reason === 'stream-bytes-lost'),
      sampled: 1,
      dropped: one.dropped,
      at: [{ document: one.document }],
    })),
  }
}

function streamGaps<State>(
  { evicted, reassembly: { lostBytes, givenUp } }: TcpAssembly<State>,
  incompleteFragments: number,
): readonly Gap[] {
  const gaps: Gap[] = []
  const say = (count: number, reason: string, message: string) => {
    if (count > 0) gaps.push(gap(reason, message, null))
  }
  say(
    lostBytes,
    'stream-bytes-lost',
    `${lostBytes} bytes of TCP streams are missing${givenUp > 0 ? `, ${givenUp} of them because what followed could not wait longer within memory` : ''}.`,
  )
  say(
    evicted,
    'connections-evicted',
    `${evicted} open connections were forgotten to stay within memory; what they sent later counts as new ones.`,
  )
  say(
    incompleteFragments,
    'fragments-incomplete',
    `${incompleteFragments} fragmented packets were never whole and were not analysed.`,
  )
  return gaps
}
