/** One question to a server: which checks it answers, when its turn is, and what it does. */
import type { FtpCheckId } from '../../../model/service.ts'
import type { Conversation } from '../conversation.ts'
import type { Session } from '../session.ts'
import type { Visit } from '../visit.ts'

interface Common {
  readonly title: string
  readonly answers: readonly FtpCheckId[]
}

export type Point =
  /** On the first connection, before anybody logs in. */
  | (Common & {
      readonly stage: 'greeted'
      run(visit: Visit, control: Conversation): Promise<void>
    })
  /** Somebody is logged in; nothing may be changed. */
  | (Common & { readonly stage: 'session'; run(visit: Visit, session: Session): Promise<void> })
  /** On connections of its own, which count. */
  | (Common & { readonly stage: 'alone'; run(visit: Visit): Promise<void> })
  /** On request alone, when all else is known: these leave traces. */
  | (Common & { readonly stage: 'last'; run(visit: Visit, session: Session | null): Promise<void> })
  /** From what is known, without a word more. */
  | (Common & { readonly stage: 'conclusion'; run(visit: Visit): void })
export type Stage = Point['stage']
