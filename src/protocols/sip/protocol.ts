/** SIP over TCP (RFC 3261): OPTIONS asks what a server can do and rings nobody; no hop passes it on. */
import { fieldNamed, readHead } from '../http/head.ts'
import type { Protocol } from '../protocol.ts'
import { findSoftware, type SoftwareMark } from '../software.ts'
import { is, more, not, textOf, wireBytes } from '../text.ts'

export const sip: Protocol = {
  id: 'sip',
  title: 'SIP',
  ports: [5060, 5061],
  probe: wireBytes(
    [
      'OPTIONS sip:portreeve.invalid SIP/2.0',
      'Via: SIP/2.0/TCP portreeve.invalid;branch=z9hG4bKportreeve;rport',
      'Max-Forwards: 0',
      'From: <sip:portreeve@portreeve.invalid>;tag=portreeve',
      'To: <sip:portreeve.invalid>',
      'Call-ID: portreeve@portreeve.invalid',
      'CSeq: 1 OPTIONS',
      'User-Agent: portreeve',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  ),
  hear(heard) {
    const { text, ended } = textOf(heard)
    const head = readHead(text, ended, 'SIP')
    if (head.kind !== 'head') return head.kind === 'more' ? more : not
    const server = fieldNamed(head, 'server') ?? fieldNamed(head, 'user-agent')
    return is({
      protocol: 'sip',
      line: head.statusLine,
      product: server === undefined ? null : findSoftware(servers, server, 'server-header'),
      banner: server ?? head.statusLine,
      details: [
        ['status', head.statusLine.slice('SIP/2.0 '.length)],
        ['server', server],
        ['methods', fieldNamed(head, 'allow')],
      ],
    })
  },
}

const version = '([0-9][\\w.-]{0,31})'
const servers: readonly SoftwareMark[] = [
  {
    text: new RegExp(`^FPBX-[\\w.]{1,16}\\(${version}\\)`),
    vendor: 'Sangoma',
    name: 'FreePBX',
    cpe: { vendor: 'digium', product: 'asterisk' },
  },
  {
    text: new RegExp(`^Asterisk(?: PBX)?(?: ${version})?`),
    vendor: 'Sangoma',
    name: 'Asterisk',
    cpe: { vendor: 'digium', product: 'asterisk' },
  },
  {
    text: new RegExp(`^FreeSWITCH(?:-mod_sofia/${version})?`),
    vendor: 'SignalWire',
    name: 'FreeSWITCH',
    cpe: { vendor: 'freeswitch', product: 'freeswitch' },
  },
  {
    text: new RegExp(`^kamailio(?: \\(${version})?`, 'i'),
    vendor: 'Kamailio',
    name: 'Kamailio',
    cpe: { vendor: 'kamailio', product: 'kamailio' },
  },
  {
    text: new RegExp(`^OpenSIPS(?: \\(${version})?`, 'i'),
    vendor: 'OpenSIPS',
    name: 'OpenSIPS',
    cpe: { vendor: 'opensips', product: 'opensips' },
  },
  {
    text: /^Cisco-SIPGateway\/IOS-([0-9][\w.()]{0,31})/,
    vendor: 'Cisco',
    name: 'Cisco IOS SIP gateway',
    cpe: { part: 'o', vendor: 'cisco', product: 'ios' },
  },
  {
    text: new RegExp(`^3CXPhoneSystem(?: ${version})?`),
    vendor: '3CX',
    name: '3CX',
    cpe: null,
  },
  { text: /\bGrandstream\b/i, vendor: 'Grandstream', name: 'Grandstream SIP', cpe: null },
  { text: /\bYealink\b/i, vendor: 'Yealink', name: 'Yealink SIP', cpe: null },
  { text: /\bFRITZ!?\s?Box\b/i, vendor: 'AVM', name: 'FRITZ!Box SIP', cpe: null },
]
