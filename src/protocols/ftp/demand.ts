/** Replies that refuse a command because it came in clear. */
import { type Reply, replyText } from './reply.ts'

/** RFC 2228 §5.1 and RFC 4217 §12: the codes that go with a refusal for want of protection. */
const codes: ReadonlySet<number> = new Set([421, 503, 530, 534, 550])

/** A refusal that names TLS: the same codes without it refuse for any reason. */
export const demandsTls = (reply: Reply): boolean =>
  codes.has(reply.code) &&
  /\b(?:TLS|SSL|FTPS|AUTH|encrypt(?:ed|ion)?|cleartext)\b/i.test(replyText(reply))
