import type { GanzhiError } from '@ganzhi/contracts/error'
import type { Clock } from '../clock.ts'
import type { LinkEvent } from '../driver.ts'
import type { Request } from './request.ts'
import type { Answer, AskOptions } from './wire.ts'

/** One connection, from its opening to its end; a wire opens another when it is lost. */
export interface Conversation {
  readonly open: boolean
  ask(request: Request, options: AskOptions): Promise<Answer>
  /** Ends it, and with this error what is under way. */
  close(fault: GanzhiError): void
}

export interface ConversationContext {
  readonly clock: Clock
  readonly report: (event: LinkEvent) => void
  /** Called once, whoever ended it; `freed` resolves when what it held can be opened again. */
  readonly onClose: (error: GanzhiError, freed: Promise<void>) => void
}

/** Opens one. Rejects with `link-down`, or the signal's reason. */
export type Dial = (context: ConversationContext, signal: AbortSignal) => Promise<Conversation>
