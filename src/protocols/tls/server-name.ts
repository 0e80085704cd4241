/** Names for SNI (RFC 6066 §3), which has no addresses. */
import { parseIp4 } from '../../model/address.ts'

/** A DNS name in letters, digits, hyphens, underscores and dots, of at most 253 characters. */
export const isServerName = (name: string): boolean =>
  parseIp4(name) === undefined &&
  name.length <= 253 &&
  /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/i.test(name)
