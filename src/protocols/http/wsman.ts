/** What answers at /wsman: WS-Management (DSP0226), which Windows has as Remote Management (MS-WSMV). */
import type { Product } from '../../model/service.ts'
import type { Heard } from '../protocol.ts'
import { productOf, type SoftwareName } from '../software.ts'
import { sentText } from '../text.ts'
import { fieldNamed, fieldsNamed, type Head } from './head.ts'

export interface Management {
  readonly product: Product | null
  /** `OS: 10.0.17763 SP: 0.0 Stack: 3.0`; zeros where it is not told without a login. */
  readonly version: string | undefined
}

const maxAnswer = 16_384

/** Whether an answer to Identify is still to come behind the head. */
export const expectsMore = (heard: Heard, head: Head): boolean =>
  wasAskedThere(heard) && isSoap(head) && !answerOf(head).isWhole

/** As long as the head says, or to the end of the envelope; whatever follows does not count. */
function answerOf(head: Head): { readonly text: string; readonly isWhole: boolean } {
  const said = Number(fieldNamed(head, 'content-length') ?? maxAnswer)
  const limit = said >= 0 && said <= maxAnswer ? said : maxAnswer
  const text = head.body.slice(0, limit)
  const end = /<\/(?:\w{1,16}:)?Envelope\s{0,16}>/.exec(text)
  return end
    ? { text: text.slice(0, end.index), isWhole: true }
    : { text, isWhole: head.body.length >= limit }
}

/** Undefined where it is nothing of the kind. A 404 is none, though Windows' listener sends that too. */
export function managementOf(heard: Heard, head: Head): Management | undefined {
  if (!wasAskedThere(heard)) return undefined
  const { text } = answerOf(head)
  if (isSoap(head) && /\bIdentifyResponse\b/.test(text)) {
    const vendor = valueIn(text, 'ProductVendor') ?? ''
    const version = valueIn(text, 'ProductVersion')
    if (/Open Management Infrastructure/i.test(vendor)) {
      const release = /^\d{1,3}(?:\.\d{1,3}){1,3}/.exec(version ?? '')?.[0] ?? null
      return { product: productOf(omi, release, null, 0.9, ['wsman-identify']), version }
    }
    const isWindows = /Microsoft/i.test(vendor)
    const product = isWindows ? productOf(windows, null, null, 0.9, ['wsman-identify']) : null
    return { product, version }
  }
  const isWindows = /^Microsoft-HTTPAPI\//i.test(fieldNamed(head, 'server') ?? '')
  return isWindows && (demandsLogin(head) || takesPostAlone(head) || isSoap(head))
    ? { product: productOf(windows, null, null, 0.8, ['wsman']), version: undefined }
    : undefined
}

const windows: SoftwareName = {
  vendor: 'Microsoft',
  name: 'Windows Remote Management',
  cpe: null,
}
const omi: SoftwareName = {
  vendor: 'Microsoft',
  name: 'Open Management Infrastructure',
  cpe: { vendor: 'microsoft', product: 'open_management_infrastructure' },
}

const wasAskedThere = (heard: Heard): boolean => /^\S{1,8} \/wsman/.test(sentText(heard) ?? '')

const isSoap = (head: Head): boolean =>
  /^application\/soap\+xml\b/i.test(fieldNamed(head, 'content-type') ?? '')

const demandsLogin = (head: Head): boolean =>
  head.status === 401 &&
  /\b(?:Negotiate|Kerberos|CredSSP)\b|Basic realm="WSMAN"/i.test(
    fieldsNamed(head, 'www-authenticate').join(' '),
  )

const takesPostAlone = (head: Head): boolean =>
  head.status === 405 && fieldNamed(head, 'allow') === 'POST'

const valueIn = (body: string, element: string): string | undefined =>
  new RegExp(`<(?:\\w{1,16}:)?${element}>([^<]{1,128})<`).exec(body)?.[1]
