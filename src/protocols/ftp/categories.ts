/** What kind of file a name promises, by its extension: what it is for, not which program wrote it. */
import type { FileCategory } from '../../model/service.ts'

/** Lower-case extensions; one of several dots counts whole (`tar.gz`) before its last part does. */
export const extensions: Readonly<Record<Exclude<FileCategory, 'other'>, readonly string[]>> = {
  pdf: ['pdf', 'fdf', 'xfdf'],
  archive: [
    ...['zip', '7z', 'rar', 'tar', 'gz', 'tgz', 'bz2', 'tbz', 'tbz2', 'xz', 'txz', 'zst', 'lz'],
    ...['lz4', 'lzma', 'z', 'cab', 'arj', 'lzh', 'ace', 'iso', 'img', 'cpio', 'wim', 'dmg'],
    ...['tar.gz', 'tar.bz2', 'tar.xz', 'tar.zst'],
  ],
  rtf: ['rtf'],
  office: [
    ...['doc', 'docx', 'docm', 'dot', 'dotx', 'xls', 'xlsx', 'xlsm', 'xlsb', 'xlt', 'xltx'],
    ...['ppt', 'pptx', 'pptm', 'pps', 'ppsx', 'pot', 'vsd', 'vsdx', 'pub', 'one', 'mpp'],
  ],
  opendocument: ['odt', 'ods', 'odp', 'odg', 'odf', 'odb', 'odc', 'odm', 'ott', 'ots', 'otp'],
  database: [
    ...['sql', 'sql.gz', 'sql.bz2', 'sql.xz', 'sql.zst', 'sql.zip', 'dump', 'dmp', 'bak', 'mdb'],
    ...['accdb', 'sqlite', 'sqlite3', 'db', 'db3', 'dbf', 'mdf', 'ldf', 'ndf', 'frm', 'ibd', 'myd'],
    ...['myi', 'rdb', 'bson', 'parquet', 'fdb', 'gdb', 'pgdump'],
  ],
  key: [
    ...['pem', 'key', 'crt', 'cer', 'der', 'p12', 'pfx', 'p7b', 'p8', 'csr', 'jks', 'keystore'],
    ...['ppk', 'gpg', 'pgp', 'asc', 'kdbx', 'kdb', 'ovpn', 'htpasswd', 'agilekeychain'],
  ],
  mail: ['pst', 'ost', 'mbox', 'eml', 'msg', 'emlx', 'dbx', 'nsf', 'mbx', 'olm'],
  source: [
    ...[
      'c',
      'h',
      'cc',
      'cpp',
      'hpp',
      'cs',
      'java',
      'kt',
      'go',
      'rs',
      'py',
      'rb',
      'pl',
      'pm',
      'php',
    ],
    ...[
      'js',
      'mjs',
      'cjs',
      'ts',
      'tsx',
      'jsx',
      'vue',
      'swift',
      'scala',
      'lua',
      'asm',
      'asp',
      'aspx',
    ],
    ...['jsp', 'vb', 'vbs', 'sh', 'bash', 'ksh', 'ps1', 'psm1', 'bat', 'cmd', 'tf', 'tfstate', 'r'],
    ...['patch', 'diff', 'gradle'],
  ],
  media: [
    ...[
      'mp3',
      'flac',
      'wav',
      'ogg',
      'oga',
      'opus',
      'm4a',
      'm4b',
      'aac',
      'wma',
      'aiff',
      'ape',
      'mid',
    ],
    ...['mp4', 'm4v', 'mkv', 'avi', 'mov', 'wmv', 'flv', 'webm', 'mpg', 'mpeg', 'vob', 'm2ts'],
    ...['ogv', '3gp', 'rm', 'rmvb', 'divx', 'epub', 'mobi', 'azw', 'azw3'],
  ],
  executable: [
    ...['exe', 'dll', 'msi', 'com', 'scr', 'sys', 'so', 'dylib', 'elf', 'bin', 'run', 'appimage'],
    ...['apk', 'ipa', 'jar', 'war', 'ear', 'class', 'deb', 'rpm', 'pkg', 'pyc', 'wasm', 'o', 'ko'],
  ],
  text: [
    ...[
      'txt',
      'md',
      'log',
      'csv',
      'tsv',
      'json',
      'xml',
      'html',
      'htm',
      'yaml',
      'yml',
      'ini',
      'cfg',
    ],
    ...['conf', 'toml', 'nfo', 'rst', 'tex', 'sgml', 'css', 'srt', 'readme', 'properties', 'env'],
  ],
}

/** Names that say what they are without an extension. */
const wholeNames: Readonly<Record<string, FileCategory>> = {
  id_rsa: 'key',
  id_dsa: 'key',
  id_ecdsa: 'key',
  id_ed25519: 'key',
  authorized_keys: 'key',
  '.htpasswd': 'key',
  '.pgpass': 'key',
  '.netrc': 'key',
  shadow: 'key',
  passwd: 'text',
  readme: 'text',
  license: 'text',
  makefile: 'source',
  dockerfile: 'source',
}

const byExtension: ReadonlyMap<string, FileCategory> = new Map(
  (Object.entries(extensions) as [FileCategory, readonly string[]][]).flatMap(([category, list]) =>
    list.map((extension) => [extension, category] as const),
  ),
)

/** By the last component of `name`; versions of VMS (`;1`) and the suffixes of copies (`~`) do not count. */
export function categoryOfName(name: string): FileCategory {
  const own = name
    .slice(-512)
    .replace(/^.*[/\\]/s, '')
    .replace(/(?:;\d{1,5}|~)$/, '')
    .toLowerCase()
  const whole = wholeNames[own]
  if (whole !== undefined && Object.hasOwn(wholeNames, own)) return whole
  const parts = own.split('.')
  const [last, before] = [parts.at(-1) ?? '', parts.at(-2) ?? '']
  if (parts.length < 2) return 'other'
  return (
    (parts.length > 2 ? byExtension.get(`${before}.${last}`) : undefined) ??
    byExtension.get(last) ??
    'other'
  )
}
