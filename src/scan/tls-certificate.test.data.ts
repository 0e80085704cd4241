/** Certificates made while the test runs (RFC 5280), the odd ones too: no tool, no file, no private key kept anywhere. */
import { Buffer } from 'node:buffer'
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'

export interface Wanted {
  readonly commonName?: string
  readonly organisation?: string
  readonly dns?: readonly string[]
  readonly addresses?: readonly (readonly number[])[]
  readonly notBefore?: string
  readonly notAfter?: string
  readonly keys?: Keys
  readonly hash?: 'sha256' | 'sha1'
  readonly issuer?: Issued
  /** Bytes in place of the extensions' list. */
  readonly extensions?: Buffer
}
export interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}
export interface Issued {
  readonly der: Buffer
  readonly cert: string
  readonly key: string
  readonly subject: Buffer
  readonly keys: Keys
}

export const ecKeys = (): Keys => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
export const rsaKeys = (bits: number): Keys => generateKeyPairSync('rsa', { modulusLength: bits })

/** Signed by itself where no issuer is given. Times as in GeneralizedTime: `20200101000000Z`. */
export function certificate(wanted: Wanted): Issued {
  const keys = wanted.keys ?? ecKeys()
  const signer = wanted.issuer?.keys.privateKey ?? keys.privateKey
  const algorithm = sequence(
    ...(signatureAlgorithms[`${signer.asymmetricKeyType}-${wanted.hash ?? 'sha256'}`] ?? []),
  )
  const subject = sequence(
    ...attribute('2.5.4.10', wanted.organisation),
    ...attribute('2.5.4.3', wanted.commonName),
  )
  const signed = sequence(
    tag(0xa0, integer(2)),
    integer(7),
    algorithm,
    wanted.issuer?.subject ?? subject,
    sequence(
      time(wanted.notBefore ?? '20200101000000Z'),
      time(wanted.notAfter ?? '21200101000000Z'),
    ),
    subject,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    ...extensionsOf(wanted),
  )
  const signature = createSign(wanted.hash ?? 'sha256')
    .update(signed)
    .sign(signer)
  const der = sequence(signed, algorithm, tag(0x03, Buffer.concat([Buffer.of(0), signature])))
  return {
    der,
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    subject,
    keys,
  }
}

const signatureAlgorithms: Readonly<Record<string, readonly Buffer[]>> = {
  'ec-sha256': [oid('1.2.840.10045.4.3.2')],
  'rsa-sha256': [oid('1.2.840.113549.1.1.11'), tag(0x05, Buffer.of())],
  'rsa-sha1': [oid('1.2.840.113549.1.1.5'), tag(0x05, Buffer.of())],
}

function extensionsOf({ dns = [], addresses = [], extensions }: Wanted): Buffer[] {
  if (extensions !== undefined) return [tag(0xa3, extensions)]
  if (dns.length + addresses.length === 0) return []
  const names = sequence(
    ...dns.map((name) => tag(0x82, Buffer.from(name, 'latin1'))),
    ...addresses.map((address) => tag(0x87, Buffer.from(address))),
  )
  return [tag(0xa3, sequence(sequence(oid('2.5.29.17'), tag(0x04, names))))]
}

const attribute = (id: string, value: string | undefined): Buffer[] =>
  value === undefined ? [] : [tag(0x31, sequence(oid(id), tag(0x0c, Buffer.from(value))))]
const time = (text: string) => tag(0x18, Buffer.from(text))
const integer = (value: number) => tag(0x02, Buffer.of(value))
const sequence = (...parts: readonly Buffer[]) => tag(0x30, Buffer.concat(parts))

function tag(number: number, content: Buffer): Buffer {
  const { length } = content
  const head =
    length < 128
      ? [number, length]
      : length < 65_536
        ? [number, 0x82, length >> 8, length & 255]
        : [number, 0x83, length >> 16, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc & 127]
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 127) | 128)
    bytes.push(...groups)
  }
  return tag(0x06, Buffer.from(bytes))
}
