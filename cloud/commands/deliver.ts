import { type Command, CommandReply, type CommandRequest } from '@ganzhi/contracts/command'
import { check } from '@ganzhi/contracts/schema'
import { gatewaySubject } from '@ganzhi/contracts/subjects'
import { type NatsConnection, RequestError } from '@nats-io/nats-core'

export interface DueCommand {
  readonly gateway: string
  readonly command: Command
  readonly cancelAuthor: string | null
}

/** What one try came to. After `silence` the gateway may have it or not. */
export type Try =
  | { readonly kind: 'reply'; readonly reply: CommandReply }
  | { readonly kind: 'nobody-listens' }
  | { readonly kind: 'silence'; readonly error: unknown }

export async function deliver(
  nats: Pick<NatsConnection, 'request'>,
  { gateway, command, cancelAuthor }: DueCommand,
  timeoutMs: number,
): Promise<Try> {
  const request: CommandRequest =
    cancelAuthor === null ? { kind: 'ask', command } : { kind: 'cancel', command, author: cancelAuthor }
  try {
    const subject = gatewaySubject(gateway, 'command')
    const message = await nats.request(subject, JSON.stringify(request), { timeout: timeoutMs })
    return { kind: 'reply', reply: check(CommandReply, message.json(), 'command reply') }
  } catch (error) {
    if (error instanceof RequestError && error.isNoResponders()) return { kind: 'nobody-listens' }
    return { kind: 'silence', error }
  }
}
