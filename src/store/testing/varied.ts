/** A small lake with something of everything that a question may trip over. */
import type { Observation } from '../../model/observation.ts'
import type { Lake } from '../lake/lake.ts'
import { type Witness, witnesses } from '../lake/source.ts'
import { hour } from '../lake/time.ts'
import { channel, file, flow, noon, service, session, source } from './observations.ts'

/** Names whose order and quoting differ from engine to engine. */
const networks = ['site-1', 'Zürich', "o'hara \\ 1", '']
const clients = ['198.51.100.1:40000', '[2001:db8::1]:40001', '10.9.8.7:0', '198.51.100.20:40000']
const servers = ['10.0.0.5:2121', '8.8.8.8:2121', '[2001:db8::5]:21', '10.0.0.5:990', '10.0.0.6:0']

/** Sessions that several saw, late ones, flows of two observers, services; one part is compacted. */
export async function fillVaried(lake: Lake): Promise<void> {
  for (const [i, network] of networks.entries())
    for (const [j, witness] of witnesses.entries())
      if (i === 0 || j % 2 === 0)
        await lake.ingest(sourceOf(`${i}-${j}`, witness, network), observationsOf(i, j))
  await lake.compact({ atLeast: 5 })
  await lake.ingest(sourceOf('late', 'capture', 'site-1'), observationsOf(0, 2))
}

const sourceOf = (name: string, witness: Witness, network: string) => {
  const plain = source(name, witness)
  return { ...plain, context: { ...plain.context, network } }
}

function observationsOf(i: number, j: number): readonly Observation[] {
  const out: Observation[] = [
    {
      kind: 'coverage',
      from: noon - 30 * hour,
      to: noon + hour,
      complete: true,
      sampled: 1,
      dropped: 0,
      at: [{ document: 'sample' }],
    },
  ]
  let n = i * 7
  for (const client of clients)
    for (const server of servers) {
      n++
      const start = noon - (n % 11) * 7 * hour + j * 500
      const end = client.startsWith('[') === server.startsWith('[')
      if (!end) continue
      out.push(
        session(client, server, start, {
          anonymous: [true, false, null][n % 3] ?? null,
          dataChannels:
            n % 4 === 0 ? null : [channel(n % 2 ? 'active' : 'passive', n % 5 ? n * 100 : null)],
          files:
            n % 5 === 0 ? null : [file(`a'${n}\\.pdf`, n % 2 ? 'pdf' : 'key', n % 3 ? n : null)],
        }),
        flow(client, server, start, {
          observer: { kind: 'interface', id: n % 2 ? 'eni-1' : 'Eni-2' },
          action: (['accept', 'accept', 'reject'] as const)[n % 3] ?? 'unknown',
          initiator: (['src', 'dst', 'unknown'] as const)[n % 3] ?? 'unknown',
          bytes: n % 4 ? n * 1000 : null,
        }),
      )
      if (n % 2) out.push(service('10.0.0.7:21', start), service(server, start))
    }
  return out
}
