/** Advice for FTP servers that have to stay. */
import type { Advice } from './knowledge-page.ts'

export const ftpAdvice: Advice = {
  title: 'If the FTP server has to stay',
  items: [
    'Turn anonymous login off, so that nobody reads or writes a file without an account (vsftpd: `anonymous_enable=NO`; ProFTPD: no `<Anonymous>` section; Pure-FTPd: `NoAnonymous yes`).',
    'Ask for strong authentication: long passwords of the server’s own, locked after a few failures, client certificates where partners can use them, or keys by moving to SFTP.',
    'Require TLS for login and for data, not only offer it (RFC 4217; vsftpd: `force_local_logins_ssl=YES` and `force_local_data_ssl=YES`; ProFTPD: `TLSRequired on`; Pure-FTPd: `TLS 3`).',
    'Let the server itself accept only the addresses of those who use it (tcp wrappers, `<Limit LOGIN>`, the firewall of the host), so that one wrong rule in the cloud does not open it.',
    'Let the firewall before it admit only those addresses, on port 21 and on a short, fixed range of passive ports.',
    'Keep the server’s software up to date and replace what is no longer maintained; old versions have well-known holes, a backdoor in vsftpd 2.3.4 among them.',
  ],
  credit:
    'Six common pieces of advice for TCP 21, as Lightlytics gives them with its rule, in our words and with the settings. Try each change before it goes to production.',
}
