/** What each check of services looks at and why it matters, in whole sentences. */
import type { ServiceCheckId } from '../checks/service-check-ids.ts'
import type { SubjectText } from './subject-text.ts'

const observed =
  'It judges what was seen on the wire, on any port: first that it is FTP by the conversation itself, then this one property. What could not be told stays unknown, with its reason; silence proves nothing. A service that is no FTP server is not judged.'
const needsLogin =
  'What an account may do is told only when the scan was given one; the account is named in the finding.'

export const serviceTexts: Readonly<Record<ServiceCheckId, SubjectText>> = {
  'ftp-server-anonymous-login': {
    what: [
      'Fails for an FTP server that lets a client in as `anonymous` or `ftp`, whatever it gives as a password. Reply codes decide, not the wording: 230 or 232 after the login is in, 331 alone is not.',
      observed,
    ],
    why: [
      'Everybody who reaches the port can list and fetch what the server shows, and nobody can say afterwards who it was. Scanners try this on all addresses within hours.',
      'Some servers allow it unless told otherwise: the built-in default of vsftpd is to let anonymous users in.',
    ],
    severityReason:
      'Medium; high where a stranger could also write, or saw keys, databases or mail.',
  },
  'ftp-server-writable-directory': {
    what: [
      'Fails for an FTP server with a directory in which files can be made, changed or deleted. Mostly this is inferred from permissions in listings (MLSD facts, mode bits); it is proved only when asked for, by making a directory of an unused name and removing it again, which is recorded.',
      observed,
      needsLogin,
    ],
    why: [
      'A folder that strangers can write to becomes a store for other people’s files within days, fills the disk, and carries malware under the organisation’s name. Where the same folder is served by a web server, an upload is the execution of code.',
    ],
    severityReason:
      'Critical where anybody can write and it was proved; high where it is inferred; low where only an account may write, which is mostly what it is for.',
  },
  'ftp-server-clear-text-login': {
    what: [
      'Fails for an FTP server that takes a name and a password without TLS. Anonymous users and accounts are two questions, because servers treat them differently. A 331 proves nothing, since the refusal may follow the password: it is yes only where a login in clear text worked or was seen, or where no encryption is offered at all, and no where the server refuses with a word on TLS.',
      observed,
    ],
    why: [
      'Whoever sits on the way, in the same Wi-Fi, at a provider, on a broken switch, reads the password and has the account; mostly the same password opens more than this server.',
      'To offer TLS is not enough: a client that does not ask for it, or whose request was suppressed on the way, sends its password in clear text unless the server requires TLS.',
    ],
    severityReason:
      'High; low where only anonymous users may log in so, whose password is no secret.',
  },
  'ftp-server-no-tls': {
    what: [
      'Fails for an FTP server that offers neither explicit TLS (AUTH TLS) nor implicit TLS (from the first byte). One of the two is enough to pass.',
      observed,
    ],
    why: [
      'Names, passwords and files travel in clear text and can be changed on the way without anybody’s noticing; clients cannot protect themselves, even if they want to.',
    ],
    severityReason:
      'Medium; where accounts log in that way, the check of clear text logins says so with a higher one.',
  },
  'ftp-server-tls-weak': {
    what: [
      'Fails for an FTP server that takes SSL or a TLS version before 1.2, a weak cipher suite, whose certificate has a key below RSA 2048 or P-256 or is signed with MD5 or SHA-1, or that takes commands which came in clear behind AUTH TLS for encrypted ones (STARTTLS injection).',
      'Old versions and weak suites are asked for only on request, by handshakes of its own, so that without it the outcome is unknown rather than a pass. It does not apply to a server without TLS.',
      observed,
    ],
    why: [
      'Old versions and suites can be broken by who records the traffic or stands in its way (POODLE, BEAST, SWEET32), and a client can be talked down to them. A short key or a forgeable signature lets somebody else be the server.',
    ],
    severityReason:
      'Medium; high for SSL, suites without encryption or authentication, keys of less than half the size, MD5, and STARTTLS injection.',
  },
  'ftp-server-certificate-invalid': {
    what: [
      'Fails for an FTP server whose certificate had expired or was not yet valid when it was seen, is signed by itself, or is for another name than the one by which the server was called.',
      'A server that was called by its address only, with a certificate for names, is unknown in this one point: clients call it by name. Scan it by name to know. It does not apply to a server without TLS.',
      observed,
    ],
    why: [
      'A client that checks refuses such a server; users then learn to switch the check off, and from then on encryption protects against nobody who can stand in between.',
    ],
    severityReason: 'Medium: the traffic is encrypted, but to whom is not known.',
  },
  'ftp-server-bounce': {
    what: [
      'Fails for an FTP server that opens a data connection to an address which is not the client’s, as told by PORT or EPRT, or to a port below 1024. A 200 to PORT proves nothing; yes is only said when the connection arrived at a second address of the scanner’s own. Never is a third party contacted.',
      'A pass says that it refused the foreign address; ports below 1024 are told beside it where they could be tried.',
      observed,
    ],
    why: [
      'Such a server scans and attacks others for whoever asks, with its own address and from its own place in the network: hosts behind the firewall that trust it, mail servers, printers. RFC 2577 tells how, and what to refuse.',
    ],
    severityReason: 'High; medium where all that is known is that a port below 1024 was reached.',
  },
  'ftp-server-third-party-passive': {
    what: [
      'Fails for an FTP server that announces another address than its own in answer to PASV. Clients here always connect to the server they talk to, whatever is announced.',
      observed,
    ],
    why: [
      'Behind address translation it tells how the network inside is numbered, and transfers fail. If the address is somebody else’s, clients that believe it send their files there or fetch them from there.',
    ],
    severityReason:
      'Medium; low where the announced address is one that the internet cannot reach, which is a matter of translation.',
  },
  'ftp-server-site-command': {
    what: [
      'Fails for an FTP server that offers SITE EXEC (run a program), SITE CPFR and CPTO (copy files on the server) or SITE CHMOD (change permissions). It is told by HELP and by how the server refuses; nothing is run or copied.',
      observed,
      needsLogin,
    ],
    why: [
      'EXEC has been a way in for decades. Copying without a login let anybody put a file into the web server’s folder (CVE-2015-3306). CHMOD makes uploads executable or private files public.',
    ],
    severityReason:
      'By the worst that is offered: for anybody EXEC is critical, copying high, CHMOD medium; one step lower where it takes an account.',
  },
  'ftp-server-guessing': {
    what: [
      'Fails for an FTP server that lets failed logins follow one another without a growing delay, a closed connection or a block. It is tried on request only, with at most six failed logins of one made-up account; no password list is ever used.',
      observed,
    ],
    why: [
      'Passwords of FTP accounts are guessed all day. Each second of delay and each closed connection takes orders of magnitude from the number of guesses; without them a weak password falls within hours.',
    ],
    severityReason: 'Medium: it takes a weak password besides.',
  },
  'ftp-server-sensitive-files': {
    what: [
      'Fails for an FTP server on which private keys or certificates, databases or their dumps, or stores of mail were seen, by their names, and by their first bytes where that was asked for. Up to ten are named, with the number of all.',
      'It passes only where the whole tree was looked at; the look is bounded in depth and count.',
      observed,
      needsLogin,
    ],
    why: [
      'Backups that were put there for a moment are what thieves look for first: a dump holds all customers and all password hashes, a key opens other machines.',
    ],
    severityReason: 'High where anybody sees them; medium where it takes an account.',
  },
  'ftp-server-copyrighted-files': {
    what: [
      'Fails for an FTP server on which music or films were seen, by their names, and by their first bytes where that was asked for. Whose they are no tool can tell: a person has to look.',
      observed,
      needsLogin,
    ],
    why: [
      'On a writable server such files are mostly the first sign that strangers use it as a store. For them the organisation answers as for its own.',
    ],
    severityReason: 'Low; informational where only an account sees them.',
  },
  'ftp-server-custom-port': {
    what: [
      'Fails for an FTP server on another port than 21, or 990 for implicit TLS. It is recognised by what it says, so that any port is found.',
      'A service that is no FTP server is not judged.',
    ],
    why: [
      'A server on an unusual port is mostly one that nobody approved: a device with its factory settings, a program that brought it along, or somebody’s way around the rules. Rules for port 21 do not hold it, and nobody watches it.',
    ],
    severityReason: 'Low by itself: what the server allows is told by the other checks.',
  },
  'port-21-not-ftp': {
    what: [
      'Fails for a service on port 21 that is recognised as something else than FTP; what it is, is told. It is unknown where the bytes do not decide. Only port 21 is judged.',
    ],
    why: [
      'Somebody put another service there to get through a firewall that lets FTP pass, or malware did. Protections that expect FTP do not understand what they see.',
    ],
    severityReason:
      'Low; medium where what answers is for management, such as SSH, Telnet or a remote desktop.',
  },
}
