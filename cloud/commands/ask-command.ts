import { randomUUID } from 'node:crypto'
import { type Command, CommandId } from '@ganzhi/contracts/command'
import { GanzhiError } from '@ganzhi/contracts/error'
import { Condition } from '@ganzhi/contracts/condition'
import { DeviceId, PropertyId } from '@ganzhi/contracts/device-id'
import { Token } from '@ganzhi/contracts/record-key'
import { isDeepStrictEqual } from 'node:util'
import type { Pool } from 'pg'
import Type, { type Static } from 'typebox'
import { inTransaction } from '../database/pool.ts'
import { enterCommand, enterStep, lockCommand } from './journal.ts'
import { stopTrying } from './due.ts'

const MINUTE_MS = 60_000
const WEEK_MS = 7 * 86_400_000

export const Wish = Type.Object(
  {
    id: Type.Optional(
      Type.Unsafe<string>({
        ...CommandId,
        description: 'of your choice: asked again with the same, it is the same command. Made when left out',
      }),
    ),
    gateway: Type.Optional(
      Type.Unsafe<string>({
        ...Token,
        description: 'may be left out where one gateway alone has the device',
      }),
    ),
    device: DeviceId,
    property: PropertyId,
    value: Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 4_096 })]),
    expiresInMs: Type.Optional(
      Type.Integer({
        minimum: 1_000,
        maximum: WEEK_MS,
        description: 'not begun later than this; a minute when left out',
      }),
    ),
    precondition: Type.Optional(Condition),
  },
  { additionalProperties: false },
)
export type Wish = Static<typeof Wish>

/** Writes it down; `isNew` is false where it stood there already. */
export async function askCommand(
  pool: Pool,
  wish: Wish,
  author: string,
  now: number,
): Promise<{ id: string; isNew: boolean }> {
  const { id = randomUUID(), gateway, expiresInMs = MINUTE_MS, ...wanted } = wish
  const gatewayId = await gatewayOf(pool, wanted.device, gateway)
  const command: Command = { id, ...wanted, author, askedAt: now, expiresAt: now + expiresInMs }
  const isNew = await inTransaction(pool, (tx) => enterCommand(tx, gatewayId, command, 'platform'))
  if (!isNew) await requireSame(pool, gatewayId, command)
  return { id, isNew }
}

async function gatewayOf(pool: Pool, device: string, gateway: string | undefined): Promise<number> {
  const { rows } = await pool.query<{ id: number; name: string }>(
    gateway === undefined
      ? 'SELECT g.id, g.name FROM device d JOIN gateway g ON g.id = d.gateway_id WHERE d.name = $1 ORDER BY g.name LIMIT 10'
      : 'SELECT id, name FROM gateway WHERE name = $1',
    [gateway ?? device],
  )
  const [found, other] = rows
  if (found && !other) return found.id
  if (found) {
    throw refused(
      'ambiguous-device',
      'gateway',
      `${rows.length} 个网关都有设备 gateways have a device ${device}`,
      {
        remedy: `请指明网关。 Name one as gateway: ${rows.map(({ name }) => name).join(', ')}.`,
      },
    )
  }
  throw gateway === undefined
    ? refused('unknown-device', 'device', `没有设备 ${device} has never been heard of`, {
        remedy: '请核对名称，或指明网关。 Check its name, or name its gateway.',
      })
    : refused('unknown-gateway', 'gateway', `没有网关 ${gateway} has never been heard of`, {
        remedy: '请核对名称。 Check its name.',
      })
}

async function requireSame(pool: Pool, gatewayId: number, command: Command): Promise<void> {
  const { rows } = await pool.query<{ gateway_id: number; body: Command }>(
    'SELECT gateway_id, body FROM command WHERE id = $1',
    [command.id],
  )
  const [known] = rows
  const essence = ({ device, property, value, precondition }: Command) => [
    device,
    property,
    value,
    precondition,
  ]
  if (known?.gateway_id === gatewayId && isDeepStrictEqual(essence(known.body), essence(command))) return
  throw refused('id-taken', 'id', `编号已被占用 ${command.id} is the id of another command`, {
    remedy: '请换一个编号，或不填。 Choose another, or leave it out.',
  })
}

/** Cancels at once what never arrived; else the gateway is asked to, and decides. */
export async function cancelCommand(pool: Pool, id: string, author: string, now: number): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ gateway_id: number }>('SELECT gateway_id FROM command WHERE id = $1', [
      id,
    ])
    const seq = rows[0] && (await lockCommand(tx, id, rows[0].gateway_id))
    if (seq === undefined) return false
    const { rows: found } = await tx.query<Standing>(
      'SELECT state, ended, tries = missed AS missed FROM command_progress WHERE command_seq = $1',
      [seq],
    )
    const { state, ended, missed } = found[0] as Standing
    if (state === 'cancelled') return true
    if (ended || state === 'executed') throw tooLate(state)
    if (state === 'asked' && missed) {
      await enterStep(tx, seq, { command: id, state: 'cancelled', at: now, author }, 'platform')
      await stopTrying(tx, seq)
    } else {
      await tx.query(
        'UPDATE command_progress SET cancel_author = $2, try_at = now() WHERE command_seq = $1',
        [seq, author],
      )
    }
    return true
  })
}

interface Standing {
  readonly state: string
  readonly ended: boolean
  readonly missed: boolean
}

function tooLate(state: string): GanzhiError {
  return refused('too-late', 'id', `为时已晚 it is too late to cancel: the command is ${state}`, {
    remedy: '如有需要，请再下达一条指令改回。 Ask for the old value, if need be.',
  })
}

function refused(code: string, field: string, message: string, { remedy }: { remedy: string }): GanzhiError {
  return new GanzhiError(message, { code, blame: 'caller', field, remedy })
}
