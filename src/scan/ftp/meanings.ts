/** What each check says of a server when its answer is yes, and what when it is no: the words of the documentation. */
import type { FtpCheckId } from '../../model/service.ts'

export interface Meaning {
  readonly yes: string
  readonly no: string
}

export const meanings: Readonly<Record<FtpCheckId, Meaning>> = {
  product: {
    yes: 'What it says tells the product, with or without its version.',
    no: 'Never said: a product that is hidden is unknown.',
  },
  'explicit-tls': {
    yes: 'AUTH TLS was accepted and the handshake made.',
    no: 'AUTH TLS was refused for good, or TLS comes first on this port.',
  },
  'implicit-tls': {
    yes: 'TLS comes before anything else.',
    no: 'It greets in clear.',
  },
  'tls-required': {
    yes: 'Nobody gets in without TLS.',
    no: 'Somebody gets in without TLS, or there is none.',
  },
  'tls-old-version': {
    yes: 'It takes a version before TLS 1.2.',
    no: 'Versions before TLS 1.2 were offered to it and refused.',
  },
  'tls-weak-cipher': {
    yes: 'It takes a suite that is broken or weak.',
    no: 'Weak suites were offered to it and refused.',
  },
  'certificate-valid': {
    yes: 'In its dates, signed by another key, of a size and signature still allowed.',
    no: 'Expired, not valid yet, self-signed, or weak.',
  },
  'certificate-name': {
    yes: 'The certificate names what was asked for.',
    no: 'The certificate names others.',
  },
  'starttls-injection': {
    yes: 'A command in clear behind AUTH was answered inside TLS.',
    no: 'Such a command was forgotten, answered in clear, or broke the handshake.',
  },
  'clear-login-anonymous': {
    yes: 'The anonymous login succeeded without TLS.',
    no: 'The anonymous login was refused without TLS.',
  },
  'clear-login-accounts': {
    yes: 'An account logged in without TLS, or passwords are asked for where AUTH is not offered.',
    no: 'A login of an account was refused for want of TLS.',
  },
  anonymous: {
    yes: 'The anonymous login succeeded, with or without TLS.',
    no: 'The anonymous login was refused.',
  },
  'anonymous-list': {
    yes: 'The anonymous account may list a directory.',
    no: 'Listing was refused to the anonymous account.',
  },
  writable: {
    yes: 'Something may be stored: proved by a directory of our own, or inferred from the listing.',
    no: 'The perm facts of all directories say that nothing may be stored.',
  },
  bounce: {
    yes: 'A connection from the server arrived at a second address that PORT named.',
    no: 'PORT, or the listing behind it, was refused for an address that is not the client’s.',
  },
  'bounce-privileged': {
    yes: 'The same to a port below 1024.',
    no: 'The same refused for a port below 1024.',
  },
  'passive-same-address': {
    yes: '227 names the address that was asked.',
    no: '227 names another host: an inner address, or a third party.',
  },
  'passive-ports-predictable': {
    yes: 'Passive ports came one above the other.',
    no: 'Passive ports came in no such row.',
  },
  'site-exec': {
    yes: 'SITE EXEC is listed.',
    no: 'The list of SITE commands lacks it.',
  },
  'site-copy': {
    yes: 'SITE CPFR is answered or listed.',
    no: 'SITE CPFR is not known, or not listed.',
  },
  'site-chmod': {
    yes: 'SITE CHMOD is listed.',
    no: 'The list of SITE commands lacks it.',
  },
  'stat-leak': {
    yes: 'STAT names product or version, before a login or behind it.',
    no: 'STAT is refused, or names neither.',
  },
  'hosted-files': {
    yes: 'Files are there.',
    no: 'Every directory was listed, and there is none.',
  },
  'guessing-resisted': {
    yes: 'Failed logins end the connection, or are slowed to a second and more.',
    no: 'Six failed logins in a row earned neither.',
  },
}
