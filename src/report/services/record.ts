/** The little that a table keeps of a service until the end of the scan. Text from outside is shown with `escapeText` done. */
import type { Address } from '../../model/address.ts'
import type { Answer, FtpFacts, Service } from '../../model/service.ts'
import { keyOfService, type Look } from '../../model/sighting.ts'
import { escapeText } from '../escape.ts'
import { compareAddresses } from './tally.ts'
import { bannerLine, type TlsManner, tlsManner } from './words.ts'

export interface ServiceRecord {
  readonly key: string
  readonly address: Address
  /** A port, or ranges of ports that were open without a word. */
  readonly port: number
  readonly ports: string
  readonly hostname: string | null
  readonly protocol: string
  readonly product: string | null
  readonly version: string | null
  readonly says: string | null
  /** Version of a TLS session outside the protocol; null where there is none. */
  readonly tls: string | null
  readonly isFtp: boolean
  /** Null where it is no FTP server, and where it was not assessed. */
  readonly ftp: FtpRecord | null
}
export interface FtpRecord {
  readonly tls: TlsManner | null
  readonly anonymous: Answer
  readonly writable: FtpFacts['writable']
  /** Hosted files that were listed; null where nobody could look. */
  readonly files: number | null
  /** Last day on which the certificate holds. */
  readonly until: string | null
}

/** Greetings are shown up to here. */
const longestSaying = 200

export function recordOf(service: Service, look: Look): ServiceRecord {
  const { address, port, hostname, protocol, recognition, product, ftp, tls } = service
  const shown = (text: string | null): string | null =>
    text === null ? null : escapeText(text.slice(0, longestSaying))
  return {
    key: keyOfService(look, service),
    address,
    port,
    ports: String(port),
    hostname: shown(hostname),
    protocol: recognition === 'undecided' ? 'undecided' : escapeText(protocol),
    product: shown(product?.name ?? null),
    version: shown(product?.version ?? null),
    says: shown(bannerLine(service)) ?? saidByDetails(service),
    tls: tls === null ? null : escapeText(tls.version?.replace(/^TLSv/, '') ?? 'yes'),
    isFtp: recognition === 'ftp',
    ftp: ftp && {
      tls: tlsManner(ftp),
      anonymous: ftp.anonymous,
      writable: ftp.writable,
      files: ftp.files?.length ?? null,
      until: shown(tls?.notAfter?.slice(0, 10) ?? null),
    },
  }
}

/** What stands in for a greeting: the first that the protocol told, or how the conversation ended. */
function saidByDetails({ details, ended }: Service): string | null {
  const [first] = details
  if (first) return escapeText(`${first[0]}: ${first[1]}`.slice(0, longestSaying))
  return ended === 'completed' ? null : `(${ended.replaceAll('-', ' ')})`
}

export const compareRecords = (
  a: Pick<ServiceRecord, 'address' | 'port'>,
  b: Pick<ServiceRecord, 'address' | 'port'>,
): number => compareAddresses(a.address, b.address) || a.port - b.port
