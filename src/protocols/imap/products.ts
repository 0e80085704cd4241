/** Servers of mailboxes (IMAP and POP3) by greeting or by what they answer to ID and CAPA. CPE names as the NVD has them. */
import type { SoftwareMark } from '../software.ts'

const version = '([0-9][\\w.-]{0,31})'
const named = (
  text: RegExp,
  vendor: string,
  name: string,
  cpe: SoftwareMark['cpe'],
): SoftwareMark => ({ text, vendor, name, cpe })

const dovecot = { vendor: 'dovecot', product: 'dovecot' }
const cyrus = { vendor: 'cyrus', product: 'imap' }
const exchange = { vendor: 'microsoft', product: 'exchange_server' }

export const mailboxSoftware: readonly SoftwareMark[] = [
  named(new RegExp(`\\bDovecot(?: v?${version})?`, 'i'), 'Dovecot', 'Dovecot', dovecot),
  named(/\bCourier-IMAP\b/, 'Courier', 'Courier IMAP', null),
  named(/^Hello there\.?(?: <|$)/, 'Courier', 'Courier POP3', null),
  named(
    /\bCyrus (?:IMAP|POP)\w{0,8} (?:\w{1,16} )?(?:server )?v?([0-9]\.[0-9.]{1,12})/i,
    'Cyrus',
    'Cyrus IMAP',
    cyrus,
  ),
  named(/\bCyrus (?:IMAP|POP)/i, 'Cyrus', 'Cyrus IMAP', cyrus),
  named(
    new RegExp(
      `\\bMicrosoft Exchange(?: Server)?(?: 20\\d\\d)? (?:IMAP4rev1|POP3) server version ${version}`,
    ),
    'Microsoft',
    'Exchange Server',
    exchange,
  ),
  named(
    /\bMicrosoft(?: Exchange|\.Exchange| Windows POP3)/,
    'Microsoft',
    'Exchange Server',
    exchange,
  ),
  named(new RegExp(`\\bZimbra(?: ${version})?`), 'Synacor', 'Zimbra', null),
  named(new RegExp(`\\bMDaemon(?: ${version})?`), 'MDaemon', 'MDaemon', {
    vendor: 'alt-n',
    product: 'mdaemon',
  }),
  named(new RegExp(`\\bDomino IMAP4 Server (?:Release |V\\.?)${version}`), 'HCL', 'Domino', {
    vendor: 'ibm',
    product: 'domino',
  }),
  named(/\bLotus Notes POP3 server version X?([0-9][\w.-]{0,15})/, 'HCL', 'Domino', {
    vendor: 'ibm',
    product: 'domino',
  }),
  named(new RegExp(`\\bIceWarp(?: ${version})?`), 'IceWarp', 'IceWarp', {
    vendor: 'icewarp',
    product: 'mail_server',
  }),
  named(new RegExp(`\\bKerio Connect(?: ${version})?`), 'Kerio', 'Kerio Connect', {
    vendor: 'kerio',
    product: 'connect',
  }),
  named(
    new RegExp(`\\bCommuniGate Pro(?: (?:IMAP4rev1 |POP3 )?(?:Server )?${version})?`),
    'Stalker',
    'CommuniGate Pro',
    { vendor: 'stalker', product: 'communigate_pro' },
  ),
  named(/\bQpopper(?: \(version ([0-9][\w.]{0,15})\))?/i, 'Qualcomm', 'Qpopper', {
    vendor: 'qualcomm',
    product: 'qpopper',
  }),
  named(/\bQPOP \(version ([0-9][\w.]{0,15})\)/, 'Qualcomm', 'Qpopper', {
    vendor: 'qualcomm',
    product: 'qpopper',
  }),
  named(new RegExp(`\\bGNU Mailutils ${version}|\\bGNU POP3\\b`, 'i'), 'GNU', 'Mailutils', {
    vendor: 'gnu',
    product: 'mailutils',
  }),
  named(/\bIMAP4rev1 (20\d\d[a-z]?\.\d{1,4}\w{0,4})/, 'University of Washington', 'UW IMAP', null),
  named(
    /\bPOP3 (?:\S{1,255} )?v?(20\d\d[a-z]?\.\d{1,4}) server ready/,
    'University of Washington',
    'UW ipopd',
    null,
  ),
  named(/\bGimap ready\b|\bGpop ready\b/, 'Google', 'Gmail', null),
  named(/\bTwisted (?:IMAP4rev1|POP3)\b/, 'Twisted', 'Twisted', {
    vendor: 'twistedmatrix',
    product: 'twisted',
  }),
  named(/\bStalwart\b/, 'Stalwart Labs', 'Stalwart', null),
  named(/\bhMailServer\b/, 'hMailServer', 'hMailServer', {
    vendor: 'hmailserver',
    product: 'hmailserver',
  }),
]
