/** Observations to fill a lake with in tests, made of plain words. */
import { type Address, parseAddress } from '../../model/address.ts'
import type {
  DataChannel,
  Flow,
  FtpSession,
  Observation,
  TransferredFile,
} from '../../model/observation.ts'
import type { Service } from '../../model/service.ts'
import { type LakeSource, sourceKey, type Witness } from '../lake/source.ts'

export const noon = Date.UTC(2026, 10, 21, 12)

export function address(text: string): Address {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(`no address: ${text}`)
  return parsed
}

/** `192.0.2.1:21`, `[2001:db8::1]:21`. */
export function endpoint(text: string) {
  const at = text.lastIndexOf(':')
  return {
    address: address(text.slice(0, at).replace(/^\[|\]$/g, '')),
    port: Number(text.slice(at + 1)),
  }
}

const at = [{ document: 'sample', packet: 1, offset: 24 }]

export const session = (
  client: string,
  server: string,
  start: number,
  more: Partial<FtpSession> = {},
): Extract<Observation, { kind: 'ftp-session' }> => ({
  kind: 'ftp-session',
  session: {
    server: { ...endpoint(server), product: null },
    client: { ...endpoint(client), product: null },
    start,
    end: start + 1000,
    startSeen: true,
    endSeen: true,
    directions: 'both',
    lostBytes: 0,
    encrypted: 'no',
    opaqueFrom: null,
    banner: 'ready',
    users: ['anonymous'],
    logins: { ok: 1, failed: 0 },
    anonymous: true,
    authTls: false,
    commands: { USER: 1 },
    dataChannels: [channel('passive', 100)],
    files: [file('a.pdf', 'pdf', 100)],
    signs: [],
    ...more,
  },
  at,
})

export const channel = (mode: DataChannel['mode'], bytes: number | null): DataChannel => ({
  mode,
  announced: endpoint('10.0.0.1:50001'),
  actual: null,
  command: 'RETR',
  argument: 'a.pdf',
  bytes,
  complete: true,
  outcome: '226',
})

export const file = (
  name: string,
  category: TransferredFile['category'],
  bytes: number | null,
): TransferredFile => ({
  command: 'RETR',
  name,
  nameBase64: null,
  bytes,
  complete: true,
  type: category === 'pdf' ? 'application/pdf' : null,
  category,
  sha256: null,
})

export const flow = (
  src: string,
  dst: string,
  start: number,
  more: Partial<Flow> = {},
): Extract<Observation, { kind: 'flow' }> => ({
  kind: 'flow',
  flow: {
    observer: { kind: 'interface', id: 'eni-1' },
    src: endpoint(src),
    dst: endpoint(dst),
    original: null,
    transport: 'tcp',
    protocol: 6,
    start,
    end: start + 60_000,
    bytes: 1000,
    packets: 10,
    action: 'accept',
    initiator: 'src',
    sampled: 1,
    ...more,
  },
  at: [{ document: 'flows', line: 2 }],
})

export const service = (
  at_: string,
  seen: number,
  more: Partial<Service> = {},
): Extract<Observation, { kind: 'service' }> => ({
  kind: 'service',
  service: {
    ...endpoint(at_),
    hostname: null,
    transport: 'tcp',
    seen,
    recognition: 'not-ftp',
    protocol: 'ssh',
    product: null,
    banner: 'SSH-2.0-x',
    ftp: null,
    tls: null,
    ended: 'completed',
    evidence: [],
    details: [],
    ...more,
  },
  at,
})

export const source = (name: string, witness: Witness = 'capture'): LakeSource => ({
  key: sourceKey(name, {}),
  name,
  witness,
  context: {
    origin: witness === 'capture' ? 'capture' : 'log',
    network: 'site-1',
    vantage: 'sensor-1',
  },
})
