import { AskCommand, CancelCommand, type CommandReply, type CommandRequest } from '@ganzhi/contracts/command'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { check } from '@ganzhi/contracts/schema'
import type { Logger } from 'pino'
import type { CommandDesk } from './command-desk.ts'
import { starting } from './desk-errors.ts'
import { commandError, refusal } from './refusal.ts'

/** What comes on the gateway's command subject, and what it is answered; without a desk yet, to come again. Never rejects. */
export async function answerRequest(
  body: Uint8Array,
  desk: Pick<CommandDesk, 'ask' | 'cancel'> | undefined,
  log: Logger,
): Promise<CommandReply> {
  try {
    if (!desk) throw starting()
    const request = requestIn(body)
    const step =
      request.kind === 'ask'
        ? await desk.ask(request.command)
        : await desk.cancel(request.command, request.author)
    return { step }
  } catch (error) {
    if (!isGanzhiError(error)) log.error({ err: error }, 'a command request failed')
    return { error: { ...commandError(error), retryable: !isGanzhiError(error) || error.retryable } }
  }
}

function requestIn(body: Uint8Array): CommandRequest {
  let document: unknown
  try {
    document = JSON.parse(Buffer.from(body).toString())
  } catch {
    throw refusal('bad-input', '不是 JSON a command request is not JSON', {
      remedy:
        '格式见 docs/contracts/command-request.schema.json. See docs/contracts/command-request.schema.json.',
    })
  }
  // By its kind, so that a fault is named where it is and not as "none of two".
  const cancels =
    typeof document === 'object' && document !== null && 'kind' in document && document.kind === 'cancel'
  return check(cancels ? CancelCommand : AskCommand, document, 'command request')
}
