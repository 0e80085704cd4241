/** What all events of Suricata's EVE have in common (https://docs.suricata.io/en/latest/output/eve/eve-json-format.html). */
import type { Endpoint } from '../model/observation.ts'
import { below, endpointOf, type Fields, member, parseJson, textOf, timeOf } from './flow-values.ts'

export interface EveEvent {
  readonly type: string
  readonly time: number
  /** Id of the flow, as its digits. */
  readonly flowId: string | null
  readonly src: Endpoint | null
  readonly dst: Endpoint | null
  /** `TCP`, `UDP`, …, in upper case. */
  readonly protocol: string
  readonly sensor: string
  readonly fields: Fields
  /** The part that is named like the type. */
  readonly body: Fields | null
}

/** A reason for a line that is no event. No sample is ever made of one: PASS stands in clear in these logs. */
export function readEvent(line: string): EveEvent | string {
  // Numbers of flows are beyond what a number of JavaScript holds: they are read as text.
  const fields = parseJson(line.replace(/("(?:flow_id|parent_id)"\s*:\s*)(\d{1,20})/g, '$1"$2"'))
  if (fields === null) return 'broken-json'
  const type = textOf(member(fields, 'event_type'))
  const time = timeOf(member(fields, 'timestamp'))
  if (type === null) return 'no-event-type'
  if (time === null) return 'no-time'
  return {
    type,
    time,
    flowId: textOf(member(fields, 'flow_id')),
    src: endpointOf(member(fields, 'src_ip'), member(fields, 'src_port')),
    dst: endpointOf(member(fields, 'dest_ip'), member(fields, 'dest_port')),
    protocol: textOf(member(fields, 'proto'))?.toUpperCase() ?? '',
    sensor: textOf(member(fields, 'host')) ?? 'suricata',
    fields,
    body: below(fields, type),
  }
}
