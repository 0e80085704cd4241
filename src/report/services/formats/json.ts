/** NDJSON for programs: a line a sighting, written as it comes. What could not be observed is null. */
import { transcriptOf } from '../../../checks/service-subject.ts'
import { formatAddress } from '../../../model/address.ts'
import { intersect, isEmpty, subtract, toCidrs } from '../../../model/address-set.ts'
import type { Gap } from '../../../model/gap.ts'
import { toPairs } from '../../../model/port-set.ts'
import { internet } from '../../../model/public-space.ts'
import type { FtpFacts, Product, Service, TlsFacts } from '../../../model/service.ts'
import { keyOfService, type Look, lookAt, type Sighting } from '../../../model/sighting.ts'
import { documentOf } from '../../../model/source.ts'
import { escapeText, jsonText } from '../../escape.ts'
import { publicId } from '../../identity.ts'
import { placeOf, printer } from '../../printer.ts'
import type { ScanFormat, ScanWriter } from '../format.ts'
import { isoSeconds } from '../words.ts'

export const json: ScanFormat = {
  name: 'json',
  description: 'NDJSON: one line a service, probe, coverage, finding and gap, while it runs',
  start: writerOf,
}

/** A printer remembers parts that repeat: after so many findings a fresh one, so that memory is flat. */
const findingsAPrinter = 1000

function writerOf(look: Look): ScanWriter {
  let printed = 0
  // A line has no table of address sets to point at: every list of CIDRs stands in it whole.
  let print = printer(Infinity)
  let toldGaps = new Set<string>()
  const gapOnce = (gap: Gap): string => {
    if (toldGaps.has(gap.key)) return ''
    if (toldGaps.size >= findingsAPrinter) toldGaps = new Set()
    toldGaps.add(gap.key)
    return gapLine(gap, look)
  }
  return {
    sighting(sighting) {
      switch (sighting.kind) {
        case 'service':
          return lineOf(serviceObject(sighting.service, look))
        case 'probe':
          return lineOf(probeObject(sighting, look))
        case 'coverage':
          return coverageByNetwork(sighting, look)
        case 'gap':
          return gapOnce(sighting.gap)
      }
    },
    finding(finding) {
      if (++printed % findingsAPrinter === 0) print = printer(Infinity)
      const { run, vantage } = look
      // The key of a service begins with its network.
      const network = finding.resource.id.startsWith('internet/') ? 'internet' : look.network
      const head = jsonText({ schema: 1, type: 'finding', origin: 'scan', run, network, vantage })
      const gaps = (finding.gaps ?? []).map(gapOnce).join('')
      return `${gaps}${head.slice(0, -1)},${print.finding(finding).slice(1)}\n`
    },
    *end() {},
  }
}

type Told<Kind extends Sighting['kind']> = Extract<Sighting, { readonly kind: Kind }>

const lineOf = (object: object): string => `${jsonText(object)}\n`

function probeObject(probe: Told<'probe'>, look: Look) {
  const { address, ports, transport, seen, outcome } = probe
  const who = formatAddress(address)
  return {
    ...head(
      'probe',
      [look.run, who, toPairs(ports).join(' '), outcome].join('|'),
      lookAt(look, address),
    ),
    because: [{ document: documentName(look) }],
    address: who,
    ports: toPairs(ports),
    transport,
    seen: isoSeconds(seen),
    outcome,
  }
}

/** Public addresses are of the network `internet`, as in the lines of what was found there. */
function coverageByNetwork(coverage: Told<'coverage'>, look: Look): string {
  const parts = [
    { addresses: intersect(coverage.addresses, internet), network: 'internet' },
    { addresses: subtract(coverage.addresses, internet), network: look.network },
  ].filter(({ addresses }) => !isEmpty(addresses))
  if (parts.length === 0) return lineOf(coverageObject(coverage, look))
  return parts
    .map(({ addresses, network }) =>
      lineOf(coverageObject({ ...coverage, addresses }, { ...look, network })),
    )
    .join('')
}

function coverageObject(coverage: Told<'coverage'>, look: Look) {
  const { addresses, ports, from, to, complete } = coverage
  const cidrs = toCidrs(addresses)
  const about = [look.run, from, to, toPairs(ports).join(' '), ...cidrs].join('|')
  return {
    ...head('coverage', about, look),
    because: [{ document: documentName(look) }],
    addresses: cidrs,
    ports: toPairs(ports),
    from: isoSeconds(from),
    to: isoSeconds(to),
    complete,
    sampled: 1,
    dropped: 0,
  }
}

/** The ids of probes and coverage are a run's own; a service has one id in all runs. */
const head = (type: string, about: string, { run, network, vantage }: Look) => ({
  schema: 1,
  type,
  id: publicId(`${type}|${about}`),
  origin: 'scan',
  run,
  network,
  vantage,
})

const documentName = ({ run }: Look): string => `scan:${run}`

const serviceObject = (service: Service, look: Look) => ({
  ...head('service', keyOfService(look, service), lookAt(look, service.address)),
  because: becauseOf(service, look),
  ...serviceBody(service),
})

/** What a line says of a service, whoever saw it. */
export const serviceBody = (service: Service) => ({
  address: formatAddress(service.address),
  hostname: service.hostname,
  port: service.port,
  transport: service.transport,
  seen: isoSeconds(service.seen),
  recognition: service.recognition,
  protocol: service.protocol,
  product: service.product && productObject(service.product),
  banner: service.banner === null ? null : escapeText(service.banner),
  ftp: service.ftp && ftpObject(service.ftp),
  tls: service.tls && tlsObject(service.tls),
  ended: service.ended,
  evidence: service.evidence.map(({ line, weight }) => ({ line, weight })),
  details: service.details.map(([name, value]) => ({ name, value })),
})

/** The lines of the transcript that prove an answer; the scan alone where none is named. */
function becauseOf(service: Service, look: Look) {
  const lines = new Set((service.ftp?.checks ?? []).flatMap((check) => check.lines))
  if (lines.size === 0) return [{ document: documentName(look) }]
  const document = transcriptOf(keyOfService(look, service))
  return [...lines].sort((a, b) => a - b).map((line) => ({ document, line }))
}

export const productObject = ({ vendor, name, version, cpe, confidence, from }: Product) => ({
  vendor,
  name,
  version,
  cpe,
  confidence,
  from,
})

// Member by member: what the contract does not name does not get out by chance.
const ftpObject = (ftp: FtpFacts) => ({
  anonymous: ftp.anonymous,
  writable: ftp.writable,
  explicitTls: ftp.explicitTls,
  implicitTls: ftp.implicitTls,
  clearLoginAnonymous: ftp.clearLoginAnonymous,
  clearLoginAccounts: ftp.clearLoginAccounts,
  tlsRequired: ftp.tlsRequired,
  bounce: ftp.bounce,
  passiveAddress: ftp.passiveAddress,
  features: ftp.features,
  checks: ftp.checks.map(({ id, answer, reason, lines, authenticatedAs }) => ({
    id,
    answer,
    reason,
    lines,
    authenticatedAs,
  })),
  transcript: ftp.transcript.map(({ n, dir, text, connection }) => ({ n, dir, text, connection })),
  files:
    ftp.files?.map(({ path, nameBase64, bytes, modified, category, content }) => ({
      path,
      nameBase64,
      bytes,
      modified,
      category,
      content,
    })) ?? null,
  writableDirectories: ftp.writableDirectories,
  cleanUp: ftp.cleanUp.map(({ path, removed }) => ({ path, removed })),
})

const tlsObject = (tls: TlsFacts) => ({
  version: tls.version,
  cipher: tls.cipher,
  offers: tls.offers,
  weakCiphers: tls.weakCiphers,
  subject: tls.subject,
  issuer: tls.issuer,
  names: tls.names,
  nameMatches: tls.nameMatches,
  notBefore: tls.notBefore,
  notAfter: tls.notAfter,
  keyType: tls.keyType,
  keyBits: tls.keyBits,
  signatureAlgorithm: tls.signatureAlgorithm,
  selfSigned: tls.selfSigned,
  fingerprintSha256: tls.fingerprintSha256,
})

function gapLine({ key, reason, message, source }: Gap, look: Look): string {
  const { run, network, vantage } = look
  const document = source === null ? documentName(look) : documentOf(source).document
  const line = source === null ? null : documentOf(source).line
  return `${jsonText({
    schema: 1,
    type: 'gap',
    // The id by which findings name it.
    id: publicId(key),
    origin: 'scan',
    run,
    network,
    vantage,
    because: [{ document, ...(line !== null && { line }) }],
    reason,
    message,
    source: source && placeOf(source),
  })}\n`
}
