/**
 * Verbs that clients send: RFC 959, 775 (X…), 1639 (LPRT, LPSV), 2228 (security), 2389 (FEAT, OPTS), 2428 (EPRT, EPSV),
 * 2640 (LANG), 3659 (MDTM, SIZE, MLST, MLSD), 4217 (over TLS), 7151 (HOST), and those of drafts that servers know.
 */
export const verbs = [
  ...[
    'ABOR',
    'ACCT',
    'ALLO',
    'APPE',
    'CDUP',
    'CWD',
    'DELE',
    'HELP',
    'LIST',
    'MKD',
    'MODE',
    'NLST',
    'NOOP',
  ],
  ...[
    'PASS',
    'PASV',
    'PORT',
    'PWD',
    'QUIT',
    'REIN',
    'REST',
    'RETR',
    'RMD',
    'RNFR',
    'RNTO',
    'SITE',
    'SMNT',
  ],
  ...['STAT', 'STOR', 'STOU', 'STRU', 'SYST', 'TYPE', 'USER'],
  ...['XCUP', 'XCWD', 'XMKD', 'XPWD', 'XRMD', 'LPRT', 'LPSV'],
  ...['AUTH', 'ADAT', 'PROT', 'PBSZ', 'MIC', 'CONF', 'ENC', 'CCC'],
  ...['FEAT', 'OPTS', 'EPRT', 'EPSV', 'LANG', 'MDTM', 'SIZE', 'MLST', 'MLSD', 'HOST'],
  ...[
    'CLNT',
    'CSID',
    'MFMT',
    'MFCT',
    'MFF',
    'AVBL',
    'DSIZ',
    'THMB',
    'COMB',
    'ESTA',
    'ESTP',
    'SPSV',
    'CPSV',
    'SSCN',
  ],
  ...[
    'HASH',
    'XCRC',
    'XMD5',
    'XSHA',
    'XSHA1',
    'XSHA256',
    'XSHA512',
    'MD5',
    'RANG',
    'XDUP',
    'XPEX',
    'PRET',
    'REPL',
  ],
] as const
export type Verb = (typeof verbs)[number]

/** First words of other protocols' clients: they tell what a port is when it is not FTP. */
export const foreignVerbs = [
  ...['EHLO', 'HELO', 'LHLO', 'MAIL', 'RCPT', 'DATA', 'STARTTLS', 'RSET', 'VRFY', 'EXPN'],
  ...['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'CONNECT', 'DELETE', 'DESCRIBE'],
  ...['APOP', 'UIDL', 'TOP', 'CAPA', 'STLS', 'NICK', 'JOIN', 'PING'],
] as const
export type ForeignVerb = (typeof foreignVerbs)[number]

const known: ReadonlySet<string> = new Set(verbs)
const foreign: ReadonlySet<string> = new Set(foreignVerbs)
export const isVerb = (word: string): word is Verb => known.has(word)
export const isForeignVerb = (word: string): word is ForeignVerb => foreign.has(word)

/** Verbs whose argument is a password, or may hold one. */
const secret: ReadonlySet<string> = new Set([
  'PASS',
  'ACCT',
  'ADAT',
  'MIC',
  'CONF',
  'ENC',
] satisfies Verb[])
export const isSecretVerb = (verb: Verb): boolean => secret.has(verb)

/** Verbs that carry files or listings over a data connection. */
export const transferVerbs = ['RETR', 'STOR', 'APPE', 'STOU', 'LIST', 'NLST', 'MLSD'] as const
export type TransferVerb = (typeof transferVerbs)[number]
const transfers: ReadonlySet<string> = new Set(transferVerbs)
export const isTransferVerb = (verb: string): verb is TransferVerb => transfers.has(verb)
