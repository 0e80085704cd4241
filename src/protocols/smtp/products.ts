/** Mail transfer agents by their greeting, EHLO, HELP and refusals. CPE names as the NVD has them. */
import type { SoftwareMark } from '../software.ts'

const version = '([0-9][\\w.-]{0,31})'
const named = (
  text: RegExp,
  vendor: string,
  name: string,
  cpe: SoftwareMark['cpe'],
  confidence?: number,
): SoftwareMark => ({
  text,
  vendor,
  name,
  cpe,
  ...(confidence === undefined ? {} : { confidence }),
})

const postfix = { vendor: 'postfix', product: 'postfix' }
const exim = { vendor: 'exim', product: 'exim' }
const sendmail = { vendor: 'sendmail', product: 'sendmail' }
const exchange = { vendor: 'microsoft', product: 'exchange_server' }

/** Of greetings and first lines of answers. */
export const smtpSoftware: readonly SoftwareMark[] = [
  // IIS tells the version of Windows' own mail service; Exchange since 2007 tells none.
  named(
    new RegExp(`\\bMicrosoft ESMTP MAIL Service, Version: ${version}`),
    'Microsoft',
    'Windows SMTP service',
    null,
  ),
  named(/\bMicrosoft ESMTP MAIL Service ready\b/, 'Microsoft', 'Exchange Server', exchange),
  named(/\bMicrosoft Exchange\b/, 'Microsoft', 'Exchange Server', exchange),
  named(new RegExp(`\\bPostfix(?: \\(?${version})?`), 'Postfix', 'Postfix', postfix),
  named(new RegExp(`\\bExim(?: ${version})?`), 'Exim', 'Exim', exim),
  named(new RegExp(`\\bSendmail ${version}`), 'Sendmail', 'Sendmail', sendmail),
  named(
    new RegExp(`\\bThis is sendmail version ${version}`, 'i'),
    'Sendmail',
    'Sendmail',
    sendmail,
  ),
  named(/\bSendmail\b/, 'Sendmail', 'Sendmail', sendmail),
  named(/\bOpenSMTPD\b/, 'OpenBSD', 'OpenSMTPD', { vendor: 'openbsd', product: 'opensmtpd' }),
  named(new RegExp(`\\bMailEnable Service, Version: ${version}`), 'MailEnable', 'MailEnable', {
    vendor: 'mailenable',
    product: 'mailenable',
    versioned: 'no',
  }),
  named(new RegExp(`\\bMDaemon(?: ${version})?`), 'MDaemon', 'MDaemon', {
    vendor: 'alt-n',
    product: 'mdaemon',
  }),
  named(new RegExp(`\\bKerio Connect(?: ${version})?`), 'Kerio', 'Kerio Connect', {
    vendor: 'kerio',
    product: 'connect',
  }),
  named(new RegExp(`\\((?:IBM|HCL|Lotus) Domino Release ${version}`), 'HCL', 'Domino', {
    vendor: 'ibm',
    product: 'domino',
  }),
  named(new RegExp(`\\bIceWarp(?: ${version})?`), 'IceWarp', 'IceWarp', {
    vendor: 'icewarp',
    product: 'mail_server',
  }),
  named(new RegExp(`\\bCommuniGate Pro(?: ${version})?`), 'Stalker', 'CommuniGate Pro', {
    vendor: 'stalker',
    product: 'communigate_pro',
  }),
  named(new RegExp(`\\bJAMES SMTP Server(?: ${version})?`), 'Apache', 'James', {
    vendor: 'apache',
    product: 'james',
  }),
  named(new RegExp(`\\bHaraka(?:/${version})?`), 'Haraka', 'Haraka', null),
  // aiosmtpd prints the version of its package; the module of Python before it, `proxy version 0.3`.
  named(new RegExp(`\\bPython SMTP proxy version ${version}`), 'Python', 'Python smtpd', null),
  named(new RegExp(`\\bPython SMTP ${version}`), 'aio-libs', 'aiosmtpd', null),
  named(/\bStalwart\b/, 'Stalwart Labs', 'Stalwart', null),
  named(/\bMailHog\b/, 'MailHog', 'MailHog', null),
  named(/\bMailpit\b/, 'Mailpit', 'Mailpit', null),
  named(/\bgsmtp\b/, 'Google', 'Google SMTP', null),
  named(/\bDovecot\b/, 'Dovecot', 'Dovecot', { vendor: 'dovecot', product: 'dovecot' }),
  named(/^\S{1,255} [*02]{8,}/, 'Cisco', 'PIX/ASA mail inspection', null, 0.6),
]

/** Of refusals, code included. */
export const smtpWording: readonly SoftwareMark[] = [
  named(
    /^50[02] 5\.5\.2 Error: (?:command not recognized|bad syntax)/,
    'Postfix',
    'Postfix',
    postfix,
    0.6,
  ),
  named(/^500 5\.5\.1 Command unrecognized: "/, 'Sendmail', 'Sendmail', sendmail, 0.6),
  named(/^500 5\.3\.3 Unrecognized command/i, 'Microsoft', 'Exchange Server', exchange, 0.6),
  named(/^500 unrecognized command$/, 'Exim', 'Exim', exim, 0.6),
  named(/^502 unimplemented \(#5\.5\.1\)/, 'qmail', 'qmail', null, 0.6),
]

/** Of the extensions that EHLO lists, one a line. */
export const smtpExtensions: readonly SoftwareMark[] = [
  named(/^X-EXPS\b|^X-ANONYMOUSTLS\b|^XEXCH50\b/m, 'Microsoft', 'Exchange Server', exchange, 0.7),
]
