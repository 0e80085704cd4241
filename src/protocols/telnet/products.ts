/** Telnet servers by the text before their prompt, and by the options that they open with. */
import type { Product } from '../../model/service.ts'
import { findSoftware, productOf, type SoftwareMark, type SoftwareName } from '../software.ts'
import type { Negotiation } from './negotiation.ts'

const marks: readonly SoftwareMark[] = [
  {
    text: /\bMikroTik v?(\d{1,2}\.[\w.]{1,16})/,
    vendor: 'MikroTik',
    name: 'RouterOS Telnet',
    cpe: { part: 'o', vendor: 'mikrotik', product: 'routeros' },
  },
  {
    text: /^\s{0,16}User Access Verification\s/m,
    vendor: 'Cisco',
    name: 'Cisco IOS Telnet',
    confidence: 0.7,
    cpe: { part: 'o', vendor: 'cisco', product: 'ios' },
  },
  {
    text: /^Password required, but none set/m,
    vendor: 'Cisco',
    name: 'Cisco IOS Telnet',
    confidence: 0.8,
    cpe: { part: 'o', vendor: 'cisco', product: 'ios' },
  },
  {
    text: /Welcome to Microsoft Telnet Service/,
    vendor: 'Microsoft',
    name: 'Windows Telnet Service',
    cpe: { part: 'o', vendor: 'microsoft', product: 'windows' },
  },
  {
    text: /\bBusyBox v(\d{1,2}\.\d{1,3}(?:\.\d{1,3})?)/,
    vendor: 'BusyBox',
    name: 'BusyBox telnetd',
    cpe: { vendor: 'busybox', product: 'busybox' },
  },
  {
    text: /\bDD-WRT v(\d[\w.-]{0,15})/,
    vendor: 'DD-WRT',
    name: 'DD-WRT Telnet',
    cpe: { part: 'o', vendor: 'dd-wrt', product: 'dd-wrt' },
  },
  {
    text: /Warning: Telnet is not a secure protocol, and it is recommended to use Stelnet/,
    vendor: 'Huawei',
    name: 'VRP Telnet',
    cpe: null,
  },
  {
    text: /Welcome Visiting Huawei Home Gateway/,
    vendor: 'Huawei',
    name: 'Home Gateway Telnet',
    cpe: null,
  },
  { text: /\bHP JetDirect\b/i, vendor: 'HP', name: 'JetDirect Telnet', cpe: null },
  {
    text: /\bVxWorks login:/i,
    vendor: 'Wind River',
    name: 'VxWorks Telnet',
    cpe: { part: 'o', vendor: 'windriver', product: 'vxworks' },
  },
  { text: /\bZyXEL\b/i, vendor: 'Zyxel', name: 'Zyxel Telnet', confidence: 0.7, cpe: null },
  { text: /^SunOS (5\.\d{1,2})/m, vendor: 'Oracle', name: 'Solaris telnetd', cpe: null },
  {
    text: /^HP-UX \S{1,64} B\.(\d{1,2}\.\d{1,2})/m,
    vendor: 'HPE',
    name: 'HP-UX telnetd',
    cpe: { part: 'o', vendor: 'hp', product: 'hp-ux' },
  },
  {
    text: /^AIX Version (\d{1,2})/m,
    vendor: 'IBM',
    name: 'AIX telnetd',
    cpe: { part: 'o', vendor: 'ibm', product: 'aix' },
  },
  { text: /^FreeBSD\/\w{1,16} \(/m, vendor: 'FreeBSD', name: 'FreeBSD telnetd', cpe: null },
]

/** The opening options, in order. A hint: others may open alike. */
const openings: readonly (SoftwareName & { readonly opens: readonly string[] })[] = [
  {
    // NTLM comes first.
    opens: ['DO 37', 'WILL 1', 'WILL 3', 'DO 39', 'DO 31'],
    vendor: 'Microsoft',
    name: 'Windows Telnet Service',
    cpe: { part: 'o', vendor: 'microsoft', product: 'windows' },
  },
  {
    opens: ['DO 1', 'DO 31', 'WILL 1', 'WILL 3'],
    vendor: 'BusyBox',
    name: 'BusyBox telnetd',
    cpe: { vendor: 'busybox', product: 'busybox' },
  },
  {
    opens: ['DO 1', 'DO 31', 'DO 33', 'WILL 1', 'WILL 3'],
    vendor: 'BusyBox',
    name: 'BusyBox telnetd',
    cpe: { vendor: 'busybox', product: 'busybox' },
  },
  {
    opens: ['WILL 1', 'WILL 3', 'DO 24', 'DO 31'],
    vendor: 'Cisco',
    name: 'Cisco IOS Telnet',
    cpe: { part: 'o', vendor: 'cisco', product: 'ios' },
  },
  // netkit's and inetutils' are of one descent, and wait for the answers before they greet.
  {
    opens: ['DO 24', 'DO 32', 'DO 35', 'DO 39'],
    vendor: 'BSD',
    name: 'BSD-derived telnetd',
    cpe: null,
  },
]
const openingConfidence = 0.5

export function findTelnetProduct(
  text: string,
  negotiations: readonly Negotiation[],
): Product | null {
  const named = findSoftware(marks, text, 'banner')
  if (named) return named
  const said = negotiations.map(({ verb, option }) => `${verb} ${option}`)
  const opening = openings.find(({ opens }) => opens.every((option, at) => said[at] === option))
  return opening ? productOf(opening, null, null, openingConfidence, ['options']) : null
}

/** The operating system that the text before the prompt names, as it came. */
export const systemIn = (text: string): string | undefined =>
  /^(?:Debian GNU\/Linux|Ubuntu|CentOS|Red Hat|Fedora|AlmaLinux|Rocky Linux|openSUSE|FreeBSD|NetBSD|OpenBSD|SunOS|HP-UX|AIX|OpenWrt|Linux) ?[^\r\n]{0,80}/m
    .exec(text)?.[0]
    .trim()
