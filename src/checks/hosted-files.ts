/** Files that were seen on a server, by what they mean to the checks. */
import type { Because, Outcome, Severity } from '../model/finding.ts'
import type { FileCategory, FtpFacts, HostedFile } from '../model/service.ts'
import { answerOf, becauseOf, isByAccount, outcome, say } from './service-evidence.ts'
import type { ServiceSubject } from './service-subject.ts'

/** Keys and certificates, databases and dumps, stores of mail. */
export const sensitiveFiles = (ftp: FtpFacts): readonly HostedFile[] =>
  filesOf(ftp, ['key', 'database', 'mail'])

export const mediaFiles = (ftp: FtpFacts): readonly HostedFile[] => filesOf(ftp, ['media'])

/** By name or by content: a dump that is called a picture is still a dump. */
const filesOf = ({ files }: FtpFacts, categories: readonly FileCategory[]): readonly HostedFile[] =>
  files?.filter(
    ({ category, content }) =>
      categories.includes(category) || (content !== null && categories.includes(content)),
  ) ?? []

/**
 * Fails when there are any. That none was seen is a pass only where all was looked at: there is no file at all, or the
 * assessment says that it listed every one.
 */
export function outcomeOfFiles(
  subject: ServiceSubject,
  ftp: FtpFacts,
  found: readonly HostedFile[],
  severity: { readonly anybody: Severity; readonly account: Severity },
): Outcome {
  const check = answerOf(ftp, 'hosted-files')
  const proof = becauseOf(subject, check)
  if (found.length > 0)
    return outcome(
      subject,
      'fail',
      [...named(found), ...proof],
      isByAccount(check) ? severity.account : severity.anybody,
    )
  const isKnown =
    ftp.files !== null &&
    (check.answer === 'no' || (check.answer === 'yes' && check.reason === allListed))
  return outcome(subject, isKnown ? 'pass' : 'unknown', proof)
}

/** Files are there, and no bound of depth or count cut the looking short. */
const allListed = 'all-listed'

const shownFiles = 10

function named(files: readonly HostedFile[]): readonly Because[] {
  const more = files.length - shownFiles
  return [
    say(`${files.length} of its files`),
    ...files.slice(0, shownFiles).map((file) => say(fileLine(file))),
    ...(more > 0 ? [say(`and ${more} more`)] : []),
  ]
}

function fileLine({ path, category, content, bytes }: HostedFile): string {
  const inside = content !== null && content !== category ? `, inside ${content}` : ''
  const size = bytes === null ? '' : `, ${bytes} bytes`
  return `${path} (${category}${inside}${size})`
}
