/** How a scan is worded: times, numbers, answers. */
import type { Answer, FtpFacts, Product, Service } from '../../model/service.ts'

/** `2026-11-21T09:00:00Z`: UTC, whole seconds, from milliseconds since the epoch. */
export const isoSeconds = (time: number): string =>
  `${new Date(Math.floor(time / 1000) * 1000).toISOString().slice(0, -5)}Z`

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 3 min`. */
export function durationPhrase(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** `3,020`. */
export const grouped = (count: number | bigint): string => count.toLocaleString('en-US')

export const answerWords: Readonly<Record<Answer, string>> = {
  yes: 'yes',
  no: 'no',
  unknown: 'could not tell',
}

/** How a server takes TLS, in a word: the strictest that is known. Null: could not tell. */
export type TlsManner = 'required' | 'implicit' | 'offered' | 'none'
export function tlsManner({ implicitTls, tlsRequired, explicitTls }: FtpFacts): TlsManner | null {
  if (implicitTls === 'yes') return 'implicit'
  if (tlsRequired === 'yes') return 'required'
  if (explicitTls === 'yes') return 'offered'
  return explicitTls === 'no' && implicitTls === 'no' ? 'none' : null
}

/** `vsftpd 3.0.3`. */
export const productPhrase = ({ name, version }: Product): string =>
  version === null ? name : `${name} ${version}`

const longestBanner = 500

/** The greeting on one line: what people know a service by that no product is known of. */
export const bannerLine = ({ banner }: Pick<Service, 'banner'>): string | null => {
  const line = banner?.split(/[\r\n]+/).find((it) => it.trim() !== '')
  return line?.trim().slice(0, longestBanner) ?? null
}

/** `tls-not-offered` → `TLS not offered`. */
export const reasonWords = (reason: string): string =>
  reason.replaceAll('-', ' ').replace(/\btls\b/g, 'TLS')
