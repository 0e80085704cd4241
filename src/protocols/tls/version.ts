/** Versions of the record protocol, by the number they carry on the wire. */
export const tlsVersions = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
export type TlsVersion = (typeof tlsVersions)[number]

const firstCode = 0x0300

export const codeOfVersion = (version: TlsVersion): number =>
  firstCode + tlsVersions.indexOf(version)

/** Undefined for drafts and for numbers that nobody gave out. */
export const versionOfCode = (code: number): TlsVersion | undefined => tlsVersions[code - firstCode]
