/** The reports of the event lake by name; `ftp-activity` is all of the others but the last. */
export const reportNames = [
  'ftp-activity',
  'ftp-trend',
  'server-ports',
  'clients',
  'servers',
  'anonymous-logins',
  'file-types',
  'top-talkers',
  'exposure-use',
] as const
export type ReportName = (typeof reportNames)[number]
