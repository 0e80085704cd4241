/** One service as the checks see it: what was observed, who it is, and where its transcript is to be found. */
import { type Resource, resourceId } from '../model/resource.ts'
import type { Service } from '../model/service.ts'
import { keyOfService, type Look } from '../model/sighting.ts'

export interface ServiceSubject {
  readonly service: Service
  readonly look: Look
  readonly resource: Resource
  /** By `transcriptOf`; places in it are numbers of lines. */
  readonly transcript: string
  readonly lines: ReadonlyMap<number, string>
}

/** What answers at an address and port, as findings name it. */
export function serviceResource(
  look: Look,
  end: Pick<Service, 'address' | 'port'>,
  name: string | null,
): Resource {
  const id = keyOfService(look, end)
  return {
    key: resourceId('network', id),
    provider: 'network',
    kind: 'service',
    id,
    name,
    account: null,
    region: null,
  }
}

/** The name by which sources call the transcript of a service with this key. */
export const transcriptOf = (serviceKey: string): string => `${serviceKey} transcript`

export function serviceSubject(service: Service, look: Look): ServiceSubject {
  const resource = serviceResource(look, service, service.hostname)
  return {
    service,
    look,
    resource,
    transcript: transcriptOf(resource.id),
    lines: new Map(service.ftp?.transcript.map(({ n, text }) => [n, text])),
  }
}
