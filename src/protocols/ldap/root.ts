/** What the root entry of a directory says of its server (RFC 4512 §5.1; MS-ADTS §3.1.1.3.2). */
import type { Product } from '../../model/service.ts'
import { cpe } from '../cpe.ts'

/** Values by attribute, names in lower case. */
export type RootEntry = ReadonlyMap<string, readonly string[]>

/** What is asked for; servers leave out what they have not. */
export const rootAttributes = [
  'objectClass',
  'vendorName',
  'vendorVersion',
  'namingContexts',
  'supportedCapabilities',
  'supportedExtension',
  'dnsHostName',
]

const activeDirectory = '1.2.840.113556.1.4.800'
const lightweightDirectory = '1.2.840.113556.1.4.1851'
const startTls = '1.3.6.1.4.1.1466.20037'

export function productOf(root: RootEntry): Product | null {
  const values = (name: string) => root.get(name) ?? []
  const vendor = values('vendorname')[0] ?? ''
  const version = /\d+(?:\.\d+)+/.exec(values('vendorversion')[0] ?? '')?.[0] ?? null
  if (/^Samba Team/.test(vendor))
    return product('Samba', 'Samba', version, cpe('samba', 'samba', version))
  if (/^389 Project/.test(vendor))
    return product(
      '389 Project',
      '389 Directory Server',
      version,
      cpe('port389', '389-ds-base', version),
    )
  if (values('supportedcapabilities').includes(lightweightDirectory))
    return product('Microsoft', 'Active Directory LDS', null, null)
  if (values('supportedcapabilities').includes(activeDirectory))
    return product('Microsoft', 'Active Directory', null, null)
  if (values('objectclass').some((name) => name.toLowerCase() === 'openldaprootdse'))
    return product('OpenLDAP', 'OpenLDAP', null, cpe('openldap', 'openldap', null))
  return vendor === '' ? null : product(vendor, vendor, version, null)
}

/** In the order to show. */
export function detailsOf(root: RootEntry): readonly (readonly [string, string])[] {
  const joined = (name: string) => (root.get(name) ?? []).slice(0, 8).join('; ')
  const rows: readonly (readonly [string, string])[] = [
    ['host', joined('dnshostname')],
    ['naming contexts', joined('namingcontexts')],
    ['vendor', [joined('vendorname'), joined('vendorversion')].filter(Boolean).join(' ')],
    ['starttls', root.get('supportedextension')?.includes(startTls) ? 'offered' : ''],
  ]
  return rows.filter(([, value]) => value !== '')
}

const product = (
  vendor: string,
  name: string,
  version: string | null,
  named: string | null,
): Product => ({
  vendor: vendor.slice(0, 128),
  name: name.slice(0, 128),
  version,
  cpe: named,
  confidence: 0.85,
  from: ['root-entry'],
})
