/** FTP servers and the marks they leave. One entry a product; CPE names as the NVD has them. */

/** A text and its first group as version, or features that together only this product offers. */
export type Mark =
  | { readonly signal: 'banner' | 'syst' | 'feat' | 'help' | 'wording'; readonly text: RegExp }
  | { readonly signal: 'feat'; readonly features: readonly string[] }

export interface Product {
  readonly name: string
  readonly vendor: string
  readonly cpe: {
    readonly part?: 'a' | 'o'
    readonly vendor: string
    readonly product: string
  } | null
  readonly marks: readonly Mark[]
}

const banner = (text: RegExp): Mark => ({ signal: 'banner', text })
const help = (text: RegExp): Mark => ({ signal: 'help', text })
const syst = (text: RegExp): Mark => ({ signal: 'syst', text })
/** Matched against the code, a space and the text, so that the code counts too. */
const wording = (text: RegExp): Mark => ({ signal: 'wording', text })
const features = (...names: readonly string[]): Mark => ({ signal: 'feat', features: names })

const named = (
  name: string,
  vendor: string,
  cpe: Product['cpe'],
  ...marks: readonly Mark[]
): Product => ({ name, vendor, cpe, marks })

export const products: readonly Product[] = [
  named(
    'vsftpd',
    'vsftpd project',
    { vendor: 'vsftpd_project', product: 'vsftpd' },
    banner(/\(vsFTPd ([\w.+~-]{1,32})\)/i),
    banner(/\bvsFTPd\b/i),
    wording(/^331 Please specify the password\.$/),
    wording(/^500 OOPS: /),
    wording(
      /^530 (?:Non-anonymous|Anonymous) sessions (?:must use encryption|may not use encryption)\.$/,
    ),
    wording(/^150 Here comes the directory listing\.$/),
    wording(/^226 Directory send OK\.$/),
    wording(/^200 PORT command successful\. Consider using PASV\.$/),
    wording(/^530 This FTP server is anonymous only\.$/),
  ),
  named(
    'ProFTPD',
    'ProFTPD Project',
    { vendor: 'proftpd', product: 'proftpd' },
    banner(/\bProFTPD ([0-9][\w.-]{0,31})/i),
    banner(/\bProFTPD\b/i),
    banner(/^NASFTPD Turbo station /),
    wording(/^500 (?:FEAT|SYST|HELP|[A-Z]{3,8}) not understood$/),
    wording(/^331 Anonymous login ok, send your complete email address as your password\.?$/),
    wording(/^550 SSL\/TLS required on the control channel$/),
  ),
  named(
    'Pure-FTPd',
    'Pure-FTPd',
    { vendor: 'pureftpd', product: 'pure-ftpd' },
    banner(/\bPure-FTPd ([0-9][\w.-]{0,31})/i),
    banner(/\bPure-?FTPd\b/i),
    banner(/^You are user number \d+ of \d+ allowed\.$/m),
    wording(/^331 User [^\n]{1,128} OK\. Password required$/),
    wording(/^530 You aren't logged in$/),
    wording(/^221[ -]Goodbye\. You uploaded \d+ and downloaded \d+ kbytes\./),
    wording(/^421 Sorry, cleartext sessions are not accepted on this server\./),
    { signal: 'feat', text: /\bsizd\*?;/ },
    features('ESTA', 'ESTP', 'IDLE'),
  ),
  named(
    'pyftpdlib',
    'Giampaolo Rodola',
    { vendor: 'g.rodola', product: 'pyftpdlib' },
    banner(/\bpyftpdlib(?: based ftpd)? ([0-9][\w.]{0,31}) ready/i),
    banner(/\bpyftpdlib\b/i),
    wording(/^530 Log in with USER and PASS first\.$/),
    wording(/^331 Username ok, send password\.$/),
    wording(/^550 SSL\/TLS required on the control channel\.$/),
    wording(/^500 Command "[^"\n]{1,64}" not understood\.$/),
  ),
  named(
    'GNU inetutils ftpd',
    'GNU',
    { vendor: 'gnu', product: 'inetutils' },
    banner(/\(GNU inetutils ([0-9][\w.-]{0,31})\)/i),
    banner(/\bGNU inetutils\b/i),
    // The table of 4.2BSD with the commands of RFC 2228, known and not implemented: Heimdal has them, others lack them.
    help(/^(?=[\s\S]*\bMLFL\*)(?=[\s\S]*\bADAT\*)(?=[\s\S]*\bEPRT\s)/),
  ),
  named(
    'Microsoft FTP Service',
    'Microsoft',
    { vendor: 'microsoft', product: 'ftp_service' },
    banner(/\bMicrosoft FTP Service(?: \(Version ([0-9.]{1,16})\))?/),
    syst(/^Windows_NT(?: version ([0-9.]{1,16}))?/),
    { signal: 'feat', text: /\bAUTH TLS;TLS-C;SSL;TLS-P;/ },
    wording(/^331 Anonymous access allowed, send identity \(e-mail name\) as password\.$/),
    wording(
      /^534[ -](?:Policy requires SSL\.|Local policy on server does not allow TLS secure connections\.)/,
    ),
  ),
  named(
    'FileZilla Server',
    'FileZilla Project',
    { vendor: 'filezilla-project', product: 'filezilla_server' },
    banner(/\bFileZilla Server(?: version)? ([0-9][\w.-]{0,31})/),
    banner(/\bFileZilla Server\b/),
    syst(/\bemulated by FileZilla\b/),
  ),
  named(
    'Serv-U',
    'SolarWinds',
    { vendor: 'solarwinds', product: 'serv-u' },
    banner(/\bServ-U FTP[- ]Server v([0-9][\w.]{0,31})/i),
    banner(/\bServ-U\b/),
  ),
  named(
    'WU-FTPD',
    'Washington University',
    { vendor: 'washington_university', product: 'wu-ftpd' },
    banner(/\(Version wu-([0-9][\w.-]{0,31})/),
    banner(/\(Version wu-/),
  ),
  named(
    'glFTPd',
    'glFTPd',
    { vendor: 'glftpd', product: 'glftpd' },
    banner(/\bglFTPd v?([0-9][\w.]{0,31})/i),
    banner(/\bglFTPd\b/i),
  ),
  named(
    'bftpd',
    'Bftpd Project',
    { vendor: 'bftpd_project', product: 'bftpd' },
    banner(/\bbftpd ([0-9][\w.]{0,31})/i),
    banner(/\bbftpd\b/i),
  ),
  named(
    'Cerberus FTP Server',
    'Cerberus',
    { vendor: 'cerberusftp', product: 'ftp_server' },
    banner(/\bCerberus FTP Server (?:v(?:ersion )?)?([0-9][\w.]{0,31})/i),
    banner(/\bCerberus FTP Server\b/i),
  ),
  named(
    'CrushFTP',
    'CrushFTP',
    { vendor: 'crushftp', product: 'crushftp' },
    banner(/\bCrushFTP v?([0-9][\w.]{0,31})/i),
    banner(/\bCrushFTP\b/i),
  ),
  named(
    'Wing FTP Server',
    'Wing FTP Software',
    { vendor: 'wftpserver', product: 'wing_ftp_server' },
    banner(/\bWing FTP Server (?:v)?([0-9][\w.]{0,31})/i),
    banner(/\bWing FTP Server\b/i),
  ),
  named(
    'Titan FTP Server',
    'South River Technologies',
    { vendor: 'southrivertech', product: 'titan_ftp_server' },
    banner(/\bTitan FTP Server (?:v(?:ersion )?)?([0-9][\w.]{0,31})/i),
    banner(/\bTitan FTP Server\b/i),
  ),
  named(
    'Xlight FTP Server',
    'Xlight',
    { vendor: 'xlightftpd', product: 'xlight_ftp_server' },
    banner(/\bXlight (?:FTP )?Server v?([0-9][\w.]{0,31})/i),
    banner(/\bXlight (?:FTP )?Server\b/i),
  ),
  named(
    'WS_FTP Server',
    'Progress',
    { vendor: 'progress', product: 'ws_ftp_server' },
    banner(/\bWS_FTP Server ([0-9][\w.]{0,31})/),
    banner(/\bWS_FTP Server\b/),
  ),
  named(
    'Core FTP Server',
    'Core FTP',
    { vendor: 'coreftp', product: 'core_ftp' },
    banner(/\bCore FTP Server Version ([0-9][\w.]{0,31})/),
    banner(/\bCore FTP Server\b/),
  ),
  named(
    'freeFTPd',
    'freeFTPd',
    { vendor: 'freeftpd', product: 'freeftpd' },
    banner(/\bfreeFTPd ([0-9][\w.]{0,31})/i),
    banner(/\bfreeFTPd\b/i),
  ),
  named('Gene6 FTP Server', 'Gene6', null, banner(/\bGene6 FTP Server v([0-9][\w.]{0,31})/)),
  named('NcFTPd', 'NcFTP Software', null, banner(/\bNcFTPd Server\b/)),
  named(
    'RouterOS FTP',
    'MikroTik',
    { part: 'o', vendor: 'mikrotik', product: 'routeros' },
    banner(/\(MikroTik ([0-9][\w.]{0,31})\)/),
    syst(/^UNIX MikroTik\b/),
  ),
  named(
    'VxWorks FTP',
    'Wind River',
    { part: 'o', vendor: 'windriver', product: 'vxworks' },
    banner(/\bVxWorks \(?(?:VxWorks )?([0-9][\w.]{0,15})\)? FTP server/i),
    banner(/\bFTP server \(VxWorks (?:VxWorks)?([0-9][\w.]{0,15})\)/i),
    syst(/\bVxWorks\b/i),
  ),
]
