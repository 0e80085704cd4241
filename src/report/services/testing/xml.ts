/** A strict reader of XML 1.0 as we write it, and what nmap.dtd says of each element, for tests. */

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#xa': '\n',
}
const reference = /&(amp|lt|gt|quot|#39|#xa);/g
const plain = (text: string): string => text.replace(reference, (_, name) => entities[name] ?? '')

/** Characters of XML 1.0 §2.2. */
const legalRanges = String.raw`\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}`
const illegal = new RegExp(`[^${legalRanges}]`, 'u')

/** Well-formed elements, attributes and text of one document; throws on anything else. */
export function parseXml(text: string): XmlElement {
  if (illegal.test(text)) throw new Error('a character that XML 1.0 has not')
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<!DOCTYPE nmaprun>\n/.exec(text)
  if (!head) throw new Error('no declaration')
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const token =
    /<(\/?)([a-z]+)((?: [a-z_]+="(?:[^"<>&\t\n\r]|&(?:amp|lt|gt|quot|#39|#xa);)*")*)(\/?)>|((?:[^<>&]|&(?:amp|lt|gt|quot|#39|#xa);)+)/gy
  token.lastIndex = head[0].length
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    if (!match) throw new Error(`not well-formed at ${at}: ${text.slice(at, at + 60)}`)
    const [, closing, name, attributes = '', empty, between] = match
    const parent = open.at(-1) as XmlElement
    if (name === undefined) {
      parent.text += plain(between ?? '')
      continue
    }
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`${name} closes something else`)
      continue
    }
    const pairs = [...attributes.matchAll(/ ([a-z_]+)="([^"]*)"/g)]
    const element: XmlElement = {
      name,
      attributes: Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, plain(value)])),
      children: [],
      text: '',
    }
    if (Object.keys(element.attributes).length !== pairs.length)
      throw new Error(`${name} has an attribute twice`)
    parent.children.push(element)
    if (!empty) open.push(element)
  }
  const [only, ...more] = root.children
  if (open.length !== 1 || !only || more.length > 0 || root.text.trim() !== '')
    throw new Error('not one document')
  return only
}

const number = /^\d+$/
const real = /^\d+(\.\d+)?$/
const any = /^[\s\S]*$/
type Attributes = Readonly<Record<string, RegExp>>
interface Rule {
  /** Over the names of the children, each followed by a space. */
  readonly content: RegExp
  readonly required: Attributes
  readonly optional?: Attributes
  readonly mixed?: true
}
const empty = /^$/

/** nmap.dtd (xmloutputversion 1.05), as far as a scan of ports and services uses it. */
const dtd: Readonly<Record<string, Rule>> = {
  nmaprun: {
    content:
      /^(scaninfo )*(verbose )?(debugging )?((taskbegin|taskprogress|taskend|hosthint|prescript|postscript|host|output) )*runstats $/,
    required: { scanner: /^nmap$/, version: any, xmloutputversion: any },
    optional: { args: any, start: number, startstr: any, profile_name: any },
  },
  scaninfo: {
    content: empty,
    required: {
      type: /^(syn|ack|bounce|connect|null|xmas|window|maimon|fin|udp|sctpinit|sctpcookieecho|ipproto)$/,
      protocol: /^(ip|tcp|udp|sctp)$/,
      numservices: number,
      services: any,
    },
    optional: { scanflags: any },
  },
  verbose: { content: empty, required: {}, optional: { level: number } },
  debugging: { content: empty, required: {}, optional: { level: number } },
  host: {
    content:
      /^status address ((address|hostnames|smurf|ports|os|distance|uptime|tcpsequence|ipidsequence|tcptssequence|hostscript|trace) )*(times )?$/,
    required: {},
    optional: { starttime: number, endtime: number, timedout: /^(true|false)$/, comment: any },
  },
  status: {
    content: empty,
    required: { state: /^(up|down|unknown|skipped)$/, reason: any, reason_ttl: any },
  },
  address: {
    content: empty,
    required: { addr: any },
    optional: { addrtype: /^(ipv4|ipv6|mac)$/, vendor: any },
  },
  hostnames: { content: /^(hostname )*$/, required: {} },
  hostname: { content: empty, required: {}, optional: { name: any, type: /^(user|PTR)$/ } },
  ports: { content: /^(extraports )*(port )*$/, required: {} },
  extraports: {
    content: /^(extrareasons )*$/,
    required: { state: any, count: number },
  },
  extrareasons: {
    content: empty,
    required: { reason: any, count: any },
    optional: { proto: /^(ip|tcp|udp|sctp)$/, ports: any },
  },
  port: {
    content: /^state (owner )?(service )?(script )*$/,
    required: { protocol: /^(ip|tcp|udp|sctp)$/, portid: number },
  },
  state: {
    content: empty,
    required: { state: any, reason: any, reason_ttl: any },
    optional: { reason_ip: any },
  },
  service: {
    content: /^(cpe )*$/,
    required: { name: any, conf: /^([0-9]|10)$/, method: /^(table|probed)$/ },
    optional: {
      version: any,
      product: any,
      extrainfo: any,
      tunnel: /^ssl$/,
      proto: /^rpc$/,
      hostname: any,
      ostype: any,
      devicetype: any,
      servicefp: any,
    },
  },
  cpe: { content: empty, required: {}, mixed: true },
  script: {
    content: /^((table|elem) )*$/,
    required: { id: any, output: any },
    mixed: true,
  },
  table: { content: /^((table|elem) )*$/, required: {}, optional: { key: any } },
  elem: { content: empty, required: {}, optional: { key: any }, mixed: true },
  runstats: { content: /^finished hosts $/, required: {} },
  finished: {
    content: empty,
    required: { time: number, timestr: any, elapsed: real },
    optional: { summary: any, exit: /^(success|error)$/, errormsg: any },
  },
  hosts: { content: empty, required: { total: number }, optional: { up: number, down: number } },
}

/** Throws with the first element that nmap.dtd does not allow. */
export function validate(element: XmlElement, at = element.name): void {
  const rule = dtd[element.name]
  if (!rule) throw new Error(`${at}: no such element`)
  const children = element.children.map(({ name }) => `${name} `).join('')
  if (!rule.content.test(children)) throw new Error(`${at}: may not hold ${children}`)
  if (!rule.mixed && element.text.trim() !== '') throw new Error(`${at}: may not hold text`)
  for (const [name, value] of Object.entries(element.attributes)) {
    const shape = rule.required[name] ?? rule.optional?.[name]
    if (!shape?.test(value)) throw new Error(`${at}: ${name}="${value}"`)
  }
  for (const name of Object.keys(rule.required))
    if (!(name in element.attributes)) throw new Error(`${at}: no ${name}`)
  for (const child of element.children) validate(child, `${at}/${child.name}`)
}
