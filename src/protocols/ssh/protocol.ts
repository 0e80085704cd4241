/** SSH: the identification line (RFC 4253 §4.2), and the algorithms where the key exchange comes with it. */
import { wireOf } from '../ftp/wire.ts'
import { type Heard, heardLimit, type Outcome, type Protocol } from '../protocol.ts'
import { findSoftware, productOf } from '../software.ts'
import { is, isCodedGreeting, linesOf, maxLine, more, not, textOf } from '../text.ts'
import { readKeyExchange } from './key-exchange.ts'
import { openSsh, sshSoftware } from './products.ts'

export const ssh: Protocol = {
  id: 'ssh',
  title: 'SSH',
  ports: [22, 2222, 22222],
  probe: null,
  hear(heard) {
    if (heard.earlier?.some(greetedOtherwise)) return not
    const { text, ended } = textOf(heard)
    const { lines, rest } = linesOf(text)
    const at = lines.findIndex(isIdentification)
    const before = at < 0 ? lines : lines.slice(0, at)
    if (before.length > maxLinesBefore || before.some(excludes)) return not
    const line = lines[at]
    const identification = line ?? (ended && isIdentification(rest) ? rest : undefined)
    if (identification !== undefined)
      return identified(identification, heard.bytes.subarray(0, heardLimit))
    const [only] = lines
    if (ended && only !== undefined && lines.length === 1 && refusals.includes(only))
      return refused(only)
    const possible = rest.startsWith('SSH-') ? rest.length <= maxIdentification : !excludes(rest)
    return possible && !ended ? more : not
  },
}

/** OpenSSH's words in place of its identification, to whom it takes for one too many (sshd_config: MaxStartups, PerSourcePenalties). */
const refusals = ['Exceeded MaxStartups', 'Not allowed at this time']

const refused = (line: string): Outcome =>
  is({
    protocol: 'ssh',
    line,
    product: productOf(openSsh, null, null, 0.6, ['wording']),
    banner: line,
    details: [['refusal', line]],
  })

/** Lines before the identification are allowed, and are TCP wrappers' and jump hosts' notices in practice. */
const maxLinesBefore = 16
const maxIdentification = 512

const isIdentification = (line: string): boolean =>
  line.length <= maxIdentification && /^SSH-\d{1,2}\.\d{1,2}-/.test(line)

/** Codes, words and tags in which other protocols greet, and no text at all; free text may precede SSH. */
const excludes = (line: string): boolean =>
  line.length > maxLine || isBinary(line) || isCodedGreeting(line)

const greetedOtherwise = ({ bytes }: Heard): boolean =>
  isCodedGreeting(wireOf(bytes.subarray(0, 16)))

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes tell binary protocols from text
const isBinary = (line: string): boolean => /[\x00-\x08\x0e-\x1a\x1c-\x1f\xff]/.test(line)

function identified(line: string, bytes: Uint8Array): Outcome {
  const [, version = '', software = '', comments] =
    /^SSH-(\d{1,2}\.\d{1,2})-(\S*)(?: (.*))?$/.exec(line) ?? []
  const said = line.slice(`SSH-${version}-`.length)
  const identification = wireOf(bytes).indexOf(line)
  const keyExchange = readKeyExchange(bytes, identification + line.length)
  return is({
    protocol: 'ssh',
    line,
    product: findSoftware(sshSoftware, said, 'banner'),
    banner: line,
    details: [
      ['protocol version', version],
      ['software', software],
      ['comments', comments],
      ['host key algorithms', keyExchange?.hostKey.join(' ')],
      ['key exchange', keyExchange?.keyExchange.join(' ')],
      ['ciphers', keyExchange?.ciphers.join(' ')],
      ['MACs', keyExchange?.macs.join(' ')],
    ],
  })
}
