/** What answers at an address and port, as a row and back. */
import type { Observation } from '../../model/observation.ts'
import type { Ending, Product, Service } from '../../model/service.ts'
import { endpointCells, readAddress } from './address-cells.ts'
import { idOf, jsonOf, nameOf, readJson } from './codes.ts'
import type { Row } from './columns.ts'
import { eventCells, networkOf, readPlaces } from './event-row.ts'
import type { LakeSource } from './source.ts'

type ServiceObservation = Extract<Observation, { kind: 'service' }>

const recognitions = { undecided: 0, ftp: 1, 'not-ftp': 2 } as const

export const serviceRow = (
  source: LakeSource,
  record: number,
  { service, at }: ServiceObservation,
): Row<'service'> => ({
  ...eventCells(
    source,
    record,
    service.seen,
    networkOf(service.address, source.context.network),
    at,
  ),
  class_uid: 4001,
  ...endpointCells('dst', service),
  hostname: service.hostname,
  recognition_id: idOf(recognitions, service.recognition),
  protocol: service.protocol,
  dst_software: jsonOf(service.product),
  banner: service.banner,
  ended: service.ended,
  detail: JSON.stringify({
    ftp: service.ftp,
    tls: service.tls,
    evidence: service.evidence,
    details: service.details,
  }),
})

type Detail = Pick<Service, 'ftp' | 'tls' | 'evidence' | 'details'>

export function readService(row: Row<'service'>): ServiceObservation {
  const detail = readJson<Detail>(row.detail)
  if (!detail) throw new Error('a service in the lake has no detail')
  const service: Service = {
    address: readAddress(row.dst_ip),
    hostname: row.hostname,
    port: Number(row.dst_port),
    transport: 'tcp',
    seen: Number(row.time),
    recognition: nameOf(recognitions, row.recognition_id),
    protocol: row.protocol ?? 'unknown',
    product: readJson<Product>(row.dst_software),
    banner: row.banner,
    ended: row.ended as Ending, // written from one
    ...detail,
  }
  return { kind: 'service', service, at: readPlaces(row) }
}
