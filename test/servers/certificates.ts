/** Keys and certificates, made when they are first asked for and removed when this process ends. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CertificateKind } from './expected.ts'
import { openssl, runProgram } from './place.ts'
import { makeFolder } from './process.ts'

export interface Certificate {
  readonly kind: CertificateKind
  readonly keyFile: string
  readonly certificateFile: string
  /** Key and certificate in one file. */
  readonly bothFile: string
}

/** The only name of every certificate here. */
export const certificateName = 'ftp.example.test'

const made = new Map<CertificateKind, Certificate>()
let folder: string | null = null

export function makeCertificate(kind: CertificateKind): Certificate {
  const known = made.get(kind)
  if (known) return known
  folder ??= makeFolder()
  const keyFile = join(folder, `${kind}-key.pem`)
  const certificateFile = join(folder, `${kind}-certificate.pem`)
  const bothFile = join(folder, `${kind}-both.pem`)
  runProgram(openssl, ['genpkey', '-out', keyFile, ...keyOptions[kind]])
  write(kind, keyFile, certificateFile)
  const both = readFileSync(keyFile, 'utf8') + readFileSync(certificateFile, 'utf8')
  writeFileSync(bothFile, both, { mode: 0o600 })
  const certificate = { kind, keyFile, certificateFile, bothFile }
  made.set(kind, certificate)
  return certificate
}

const rsa = (bits: number): readonly string[] => [
  '-algorithm',
  'RSA',
  '-pkeyopt',
  `rsa_keygen_bits:${bits}`,
]
const keyOptions: Readonly<Record<CertificateKind, readonly string[]>> = {
  good: rsa(2048),
  expired: rsa(2048),
  'small-key': rsa(1024),
  elliptic: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
}

function write(kind: CertificateKind, keyFile: string, certificateFile: string): void {
  const subject = ['-subj', `/O=Portreeve tests/CN=${certificateName}`]
  const request = runProgram(openssl, ['req', '-new', '-key', keyFile, ...subject])
  const extensions = `${certificateFile}.extensions`
  writeFileSync(extensions, `subjectAltName=DNS:${certificateName}\n`)
  // Only `openssl ca` takes dates. With -1 the certificate begins now and ended yesterday, which is expired as well.
  const days = kind === 'expired' ? '-1' : '30'
  runProgram(
    openssl,
    [
      'x509',
      '-req',
      '-signkey',
      keyFile,
      '-days',
      days,
      '-sha256',
      '-extfile',
      extensions,
      '-out',
      certificateFile,
    ],
    request,
  )
}
