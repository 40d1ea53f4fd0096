import { type CommandStep, commandEvent } from '@ganzhi/contracts/command'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { encodeCommandEvent } from '@ganzhi/contracts/event'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { Logger } from 'pino'
import type { Outbox } from '../outbox/outbox.ts'
import { serial } from '../outbox/serial.ts'
import type { CommandJournal } from './command-journal.ts'

export interface TellerOptions {
  readonly gateway: string
  readonly outbox: Pick<Outbox, 'append'>
  readonly journal: CommandJournal
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

const AGAIN_MS = 1_000

/** Hands steps to the outbox, in their order, until each is accepted; a crash in between tells one twice, which changes nothing. */
export function eventTeller(options: TellerOptions): (step: CommandStep) => Promise<void> {
  const { gateway, outbox, journal, clock, log, signal } = options
  const inOrder = serial()

  async function tell(step: CommandStep): Promise<void> {
    const command = journal.commands.get(step.command)?.command
    if (!command) return
    const body = encodeCommandEvent(commandEvent(gateway, command, step))
    while (!signal.aborted) {
      try {
        await outbox.append('events', body)
        break
      } catch (error) {
        if (!isGanzhiError(error) || !error.retryable)
          return log.error({ err: error }, 'a step of a command is lost')
        await sleep(clock, AGAIN_MS, signal).catch(() => {})
      }
    }
    if (signal.aborted) return
    const told = { kind: 'told', id: step.command, state: step.state } as const
    await journal
      .write(told)
      .catch((error: unknown) => log.debug({ err: error }, 'it is told again at the next start'))
  }

  return (step) => inOrder(() => tell(step))
}
