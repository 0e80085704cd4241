/** What tshark says of a capture: the second opinion. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export const tshark = '/usr/bin/tshark'

export interface Opinion {
  readonly packets: number
  /** By verb, as it was sent. */
  readonly commands: Readonly<Record<string, number>>
  readonly conversations: readonly Conversation[]
}
export interface Conversation {
  /** The ports of its first packet. */
  readonly from: number
  readonly to: number
  readonly packets: number
  /** Of both directions, by their sequence numbers: what was sent again counts once. */
  readonly bytes: number
}

const fields = [
  'tcp.stream',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq',
  'tcp.len',
  'ftp.request.command',
]

/**
 * tshark knows FTP by its port alone, so it is told; null where everything is encrypted from the first byte, and what it
 * took for commands would be chance.
 */
export async function opinionOf(file: string, ftpPort: number | null): Promise<Opinion> {
  const { stdout } = await promisify(execFile)(
    tshark,
    [
      ...['-n', '-r', file],
      ...(ftpPort === null ? [] : ['-d', `tcp.port==${ftpPort},ftp`]),
      ...['-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
    ],
    { maxBuffer: 64 * 2 ** 20, timeout: 60_000 },
  )
  const rows = stdout.split('\n').slice(0, -1)
  const commands: Record<string, number> = {}
  const conversations = new Map<string, Omit<Conversation, 'bytes'>>()
  const sent = new Map<string, Map<string, number>>()
  for (const row of rows) {
    const [stream = '', source = '', target, sequence, length, verbs = ''] = row.split('\t')
    for (const verb of verbs.split(',').filter(Boolean)) commands[verb] = (commands[verb] ?? 0) + 1
    if (stream === '') continue
    const known = conversations.get(stream)
    conversations.set(stream, {
      from: known?.from ?? Number(source),
      to: known?.to ?? Number(target),
      packets: (known?.packets ?? 0) + 1,
    })
    const bytes = sent.get(stream) ?? new Map<string, number>()
    // tshark's sequence numbers begin with 0 at the SYN; the FIN has one too.
    const end = length === '0' ? 0 : Number(sequence) + Number(length) - 1
    sent.set(stream, bytes.set(source, Math.max(bytes.get(source) ?? 0, end)))
  }
  const sumOf = (stream: string) =>
    [...(sent.get(stream)?.values() ?? [])].reduce((sum, bytes) => sum + bytes, 0)
  return {
    packets: rows.length,
    commands,
    conversations: [...conversations].map(([stream, one]) => ({ ...one, bytes: sumOf(stream) })),
  }
}
