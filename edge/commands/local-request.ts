import { randomUUID } from 'node:crypto'
import { Author, Command, CommandId } from '@ganzhi/contracts/command'
import { check } from '@ganzhi/contracts/schema'
import type { Clock } from '@ganzhi/device-drivers/clock'
import Type from 'typebox'
import type { CommandDesk } from './command-desk.ts'
import { starting, unknownCommand } from './desk-errors.ts'
import type { KnownCommand } from './known-commands.ts'

const closed = { additionalProperties: false } as const
const { device, property, value, precondition } = Command.properties

const Ask = Type.Object(
  {
    do: Type.Literal('ask'),
    id: Type.Optional(CommandId),
    device,
    property,
    value,
    precondition,
    author: Author,
    expiresInMs: Type.Integer({ minimum: 1_000, maximum: 7 * 86_400_000 }),
  },
  closed,
)
const Cancel = Type.Object({ do: Type.Literal('cancel'), id: CommandId, author: Author }, closed)
const Show = Type.Object({ do: Type.Literal('show'), id: CommandId }, closed)
const List = Type.Object({ do: Type.Literal('list') }, closed)

type LocalDesk = Pick<CommandDesk, 'ask' | 'cancel' | 'commands'>

/**
 * What is asked on the gateway itself, by its intake socket: `ask`, `cancel`, `show` answer with the command and its
 * steps, `list` with all that are remembered. The same desk and the same checks as for what the platform asks; the
 * author is known as local.
 */
export async function answerLocally(
  request: unknown,
  desk: LocalDesk | undefined,
  clock: Pick<Clock, 'now'>,
): Promise<Record<string, unknown>> {
  if (!desk) throw starting()
  switch (wordIn(request)) {
    case 'ask': {
      const { do: _, id = randomUUID(), author, expiresInMs, ...wish } = check(Ask, request, 'command')
      const askedAt = clock.now()
      await desk.ask({ id, ...wish, author: local(author), askedAt, expiresAt: askedAt + expiresInMs })
      return shown(knownIn(desk, id))
    }
    case 'cancel': {
      const { id, author } = check(Cancel, request, 'command')
      await desk.cancel(knownIn(desk, id).command, local(author))
      return shown(knownIn(desk, id))
    }
    case 'list':
      check(List, request, 'command')
      return { commands: desk.commands.map(shown) }
    default:
      return shown(knownIn(desk, check(Show, request, 'command').id))
  }
}

function wordIn(request: unknown): unknown {
  return typeof request === 'object' && request !== null && 'do' in request ? request.do : undefined
}

function local(author: string): string {
  return `local:${author}`.slice(0, 200)
}

function knownIn({ commands }: LocalDesk, id: string): KnownCommand {
  const known = commands.find(({ command }) => command.id === id)
  if (known) return known
  throw unknownCommand(id)
}

function shown({ command, steps }: KnownCommand): Record<string, unknown> {
  return { command, steps }
}
