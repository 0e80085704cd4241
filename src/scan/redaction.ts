/**
 * The last lock on the operator's password: whoever was given it may say it again in a listing, a certificate, or the
 * greeting of the next day, and from there it would go into reports. Only texts that come from the server are touched.
 */
import type { FtpFacts, HostedFile, Product, Service, TlsFacts } from '../model/service.ts'
import { encodeWire } from '../protocols/ftp/wire.ts'

/** A shorter one is a part of half of all texts, and would be shown by what is missing. */
const leastLength = 4

export function redactService(service: Service, secret: string): Service {
  if (secret.length < leastLength) return service
  // A text of which some other byte is no UTF-8 is read byte by byte, and so is the password in it.
  const wire = encodeWire(secret)
  const clean = (text: string): string => text.replaceAll(secret, '***').replaceAll(wire, '***')
  const { product, banner, ftp, tls, evidence, details } = service
  return {
    ...service,
    product: product && redactProduct(product, clean),
    banner: banner === null ? null : clean(banner),
    ftp: ftp && redactFtp(ftp, clean, wire),
    tls: tls && redactTls(tls, clean),
    evidence: evidence.map(({ line, weight }) => ({ line: clean(line), weight })),
    details: details.map(([name, value]) => [clean(name), clean(value)]),
  }
}

type Clean = (text: string) => string

const redactProduct = (product: Product, clean: Clean): Product => {
  const { name, version, cpe } = product
  const isClean = [name, version, cpe].every((text) => text === null || clean(text) === text)
  return isClean ? product : { ...product, name: clean(name), version: null, cpe: null }
}

const redactFtp = (ftp: FtpFacts, clean: Clean, wire: string): FtpFacts => ({
  ...ftp,
  features: ftp.features?.map(clean) ?? null,
  transcript: ftp.transcript.map((line) => ({ ...line, text: clean(line.text) })),
  files: ftp.files?.map((file) => redactFile(file, clean, wire)) ?? null,
  writableDirectories: ftp.writableDirectories?.map(clean) ?? null,
  cleanUp: ftp.cleanUp.map(({ path, removed }) => ({ path: clean(path), removed })),
})

/** The readable path and the raw name say the same: one does not go without the other. */
const redactFile = (file: HostedFile, clean: Clean, wire: string): HostedFile => {
  const isRaw = file.nameBase64 !== null && atob(file.nameBase64).includes(wire)
  return { ...file, path: clean(file.path), nameBase64: isRaw ? null : file.nameBase64 }
}

const redactTls = (tls: TlsFacts, clean: Clean): TlsFacts => ({
  ...tls,
  subject: tls.subject === null ? null : clean(tls.subject),
  issuer: tls.issuer === null ? null : clean(tls.issuer),
  names: tls.names.map(clean),
})
