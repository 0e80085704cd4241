/** Which FTP client this is, from what it says of itself: CLNT (a draft that servers took up) and CSID. */
import type { Product } from '../../model/service.ts'

interface Mark {
  readonly name: string
  readonly vendor: string
  readonly text: RegExp
}

/** Version in the first group. */
const marks: readonly Mark[] = [
  {
    name: 'FileZilla',
    vendor: 'FileZilla Project',
    text: /\bFileZilla\b[ /v]*([0-9][\w.-]{0,31})?/i,
  },
  {
    name: 'NcFTP',
    vendor: 'NcFTP Software',
    text: /\bNcFTP(?:Get|Put|Ls|Batch)?\b[ /]*([0-9][\w.-]{0,31})?/i,
  },
  { name: 'LFTP', vendor: 'LFTP Project', text: /\blftp\b[ /]*([0-9][\w.-]{0,31})?/i },
  { name: 'WinSCP', vendor: 'WinSCP', text: /\bWinSCP\b(?:-release-|[ /])*([0-9][\w.]{0,31})?/i },
  { name: 'Cyberduck', vendor: 'iterate', text: /\bCyberduck\b[ /]*([0-9][\w.]{0,31})?/i },
  {
    name: 'Total Commander',
    vendor: 'Ghisler',
    text: /\bTotal Commander\b[ /]*([0-9][\w.]{0,31})?/i,
  },
  { name: 'FlashFXP', vendor: 'OpenSight Software', text: /\bFlashFXP\b[ /]*([0-9][\w.]{0,31})?/i },
  { name: 'CuteFTP', vendor: 'Globalscape', text: /\bCuteFTP\b[^0-9]{0,16}([0-9][\w.]{0,31})?/i },
  { name: 'SmartFTP', vendor: 'SmartSoft', text: /\bSmartFTP\b[ /]*([0-9][\w.]{0,31})?/i },
  { name: 'WS_FTP', vendor: 'Progress', text: /\bWS_FTP\b[^0-9]{0,16}([0-9][\w.-]{0,31})?/i },
  { name: 'Transmit', vendor: 'Panic', text: /\bTransmit\b[ /]*([0-9][\w.]{0,31})?/i },
  { name: 'gFTP', vendor: 'gFTP', text: /\bgFTP\b[ /]*([0-9][\w.]{0,31})?/i },
  { name: 'curl', vendor: 'curl', text: /\bcurl\b[ /]*([0-9][\w.]{0,31})?/i },
]

/** `hints` are the arguments of CLNT and CSID in the order in which they came. What is not known is named as it names itself. */
export function clientOf(hints: readonly string[]): Product | null {
  for (const hint of hints)
    for (const { name, vendor, text } of marks) {
      const found = text.exec(hint.slice(0, 256))
      if (found) return said(name, vendor, found[1] ?? null)
    }
  const own = /^([A-Za-z][\w+ .-]{1,40}?)(?:[ /]v?([0-9][\w.-]{0,31}))?$/.exec(
    hints[0]?.trim() ?? '',
  )
  return own?.[1] === undefined ? null : said(own[1], 'unknown', own[2] ?? null)
}

const said = (name: string, vendor: string, version: string | null): Product => ({
  vendor,
  name,
  version,
  cpe: null,
  confidence: 0.8,
  from: ['clnt'],
})
