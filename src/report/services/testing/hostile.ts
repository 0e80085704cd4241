/** A scan in which every text that comes from outside is the same one. */
import fc from 'fast-check'
import type { Finding } from '../../../model/audit.ts'
import { gap } from '../../../model/gap.ts'
import type { Look, Sighting } from '../../../model/sighting.ts'
import { coverage, finding, ftpFacts, service, tlsFacts } from './sample.ts'

/** Pieces that do harm somewhere, between anything else. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"><script output="x">',
        "' x='",
        ']]>',
        '&lt;',
        '\u001b[2J',
        '\u001b]0;title\u0007',
        '\u009b31m',
        '\u202e',
        '\r\n',
        '\n',
        '=cmd()',
        '＝1',
        ',"',
        '\u0000',
        '\u0008',
        '\ud800',
        '\ufffe',
        '\uffff',
        '漢字',
        '👩‍💻',
        ' ',
        'a'.repeat(90),
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))

export const hostileLook = (text: string): Look => ({ run: text, network: text, vantage: text })

export function hostileSightings(text: string): readonly Sighting[] {
  const product = {
    vendor: text,
    name: text,
    version: text,
    cpe: text,
    confidence: 0.5,
    from: [text],
  }
  const tls = tlsFacts({
    version: text,
    cipher: text,
    offers: { [text]: 'yes' },
    weakCiphers: [text],
    subject: `x${text}`,
    issuer: text,
    names: [text],
    notBefore: text,
    notAfter: text,
    keyType: text,
    signatureAlgorithm: text,
    fingerprintSha256: text,
  })
  const said = { product, tls, banner: text, hostname: text, details: [[text, text]] } as const
  const checks = ftpFacts({ anonymous: ['yes', text, 1] }).checks.map((check) => ({
    ...check,
    authenticatedAs: text,
  }))
  const file = {
    path: text,
    nameBase64: text,
    bytes: 1,
    modified: text,
    category: 'other',
    content: null,
  } as const
  const ftp = ftpFacts(
    {},
    {
      anonymous: 'yes',
      writable: 'inferred',
      checks,
      features: [text],
      files: [file],
      writableDirectories: [text],
      cleanUp: [{ path: text, removed: false }],
      transcript: [
        { n: 1, dir: 'in', text, connection: 1 },
        { n: 2, dir: 'in', text: `215 ${text}`, connection: 1 },
      ],
    },
  )
  return [
    { kind: 'service', service: service('203.0.113.5', 21, 'ftp', { ...said, ftp }) },
    { kind: 'service', service: service('203.0.113.5', 22, text, said) },
    {
      kind: 'service',
      service: service('203.0.113.5', 23, 'unknown', {
        banner: text,
        evidence: [{ line: text, weight: 1 }],
      }),
    },
    { kind: 'gap', gap: gap(text, text, null, text) },
    coverage(),
  ]
}

export function hostileFindings(text: string): readonly Finding[] {
  const check = {
    id: text,
    aliases: [text],
    title: text,
    provider: 'network',
    severity: 'high',
    requirements: [`${text}:${text}`],
    remedy: null,
  } as const
  const one = finding('203.0.113.5', 21, check, 'fail', {
    because: [{ source: null, text }],
    gaps: [gap(text, text, null, `${text}2`)],
  })
  // The resource is keyed by the network, which is hostile too.
  const id = `${text}/203.0.113.5:21/tcp`
  return [one, { ...one, resource: { ...one.resource, id, name: text } }]
}
