import type { Command, CommandStep } from '@ganzhi/contracts/command'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Value } from '@ganzhi/contracts/reading'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import type { Logger } from 'pino'
import { checkConditions } from './check-conditions.ts'
import { commandedValue, hasValue, shownValue } from './commanded-value.ts'
import type { CommandedDevices, CommandedProperty } from './devices.ts'
import { commandError, refusal } from './refusal.ts'

/** A step but for its command and time. */
export type Outcome = Omit<CommandStep, 'command' | 'at'>

export interface Execution {
  readonly devices: CommandedDevices
  readonly clock: Clock
  /** Throws when the command must not be done any more. */
  readonly stillWanted: () => void
  /** Puts on the disk that the write is about to leave; rejects when it can't. */
  readonly begin: () => Promise<void>
  /** The last moment: throws when the command must not be done any more, and afterwards it can't be called off. */
  readonly leave: () => void
  readonly record: (outcome: Outcome) => Promise<void>
  /** Aborts when the command is called off. */
  readonly calledOff: AbortSignal
  /** Aborts then, and when the agent stops: a write that has left goes on even so. */
  readonly signal: AbortSignal
  readonly log: Logger
}

/** Pauses before each look at whether the device has taken the value: many do so only after a while. */
const READ_BACK_AFTER_MS = [0, 200, 500, 1_000, 2_000, 4_000]

/** One command, from its conditions to its read-back. Rejects only when it is called off or the agent stops. */
export async function executeCommand(command: Command, execution: Execution): Promise<void> {
  const { devices, stillWanted, begin, leave, record, calledOff, signal, log } = execution
  const { device, property: id } = command
  const known = devices.property(device, id)
  let left = false
  try {
    if (!known) throw gone(device, id)
    stillWanted()
    await checkConditions(command, known.property, devices, signal)
    stillWanted()
    await begin()
    const before = () => {
      leave()
      left = true
    }
    await devices.write(device, id, commandedValue(known.property, command.value), {
      signal: calledOff,
      before,
    })
  } catch (error) {
    if (!left) signal.throwIfAborted()
    if (!isGanzhiError(error)) log.error({ err: error, command: command.id }, 'a command failed')
    // Where nobody can tell whether it arrived, the device itself is asked.
    if (known && left && isInDoubt(error)) return readBack(command, known, execution, error)
    return record(outcomeOf(error))
  }
  const readable = known.property.access === 'rw'
  await record({ state: 'executed', ...(readable ? {} : { last: true }) })
  if (readable) await readBack(command, known, execution)
}

/** Ends a command by what the device says now; `doubt` is why its acknowledgement is missing. */
export async function readBack(
  command: Command,
  known: CommandedProperty,
  { devices, clock, record, signal }: Pick<Execution, 'devices' | 'clock' | 'record' | 'signal'>,
  doubt?: unknown,
): Promise<void> {
  const { device, property: id } = command
  if (known.property.access !== 'rw') return record({ state: 'unknown', error: commandError(doubt) })
  const wanted = commandedValue(known.property, command.value)
  let found: Value | undefined
  for (const pauseMs of READ_BACK_AFTER_MS) {
    if (pauseMs > 0) await sleep(clock, pauseMs, signal)
    const reading = await devices.readNow(device, [id], { signal }).then(
      (readings) => readings.get(id),
      // Taken out of the configuration meanwhile.
      () => signal.throwIfAborted(),
    )
    if (reading?.quality !== 'good') continue
    found = reading.value
    if (hasValue(wanted, found, known.step)) return record({ state: 'confirmed', value: shownValue(found) })
  }
  const value = found === undefined ? {} : { value: shownValue(found) }
  if (doubt !== undefined) return record({ state: 'unknown', ...value, error: commandError(doubt) })
  if (found === undefined) return record({ state: 'unknown', error: commandError(unreadable(device, id)) })
  return record({ state: 'failed', ...value, error: commandError(notTaken(device, id, wanted, found)) })
}

function outcomeOf(error: unknown): Outcome {
  if (isGanzhiError(error, 'expired')) return { state: 'expired' }
  return { state: 'failed', error: commandError(error) }
}

function isInDoubt(error: unknown): boolean {
  return !isGanzhiError(error) || error.code === 'no-answer' || error.code === 'link-down'
}

function gone(device: string, property: string): GanzhiError {
  return refusal('unknown-property', `${device}/${property} 已从网关配置中移除 is no longer configured`, {
    field: 'property',
    remedy: '请核对网关配置。 Check the configuration of the gateway.',
  })
}

function unreadable(device: string, property: string): GanzhiError {
  return new GanzhiError(
    `设备已应答，但 ${device}/${property} 无法回读 was acknowledged, but can't be read back`,
    {
      code: 'no-read-back',
      blame: 'outside',
      field: 'property',
      remedy: '请在现场核对。 See on site what it is.',
    },
  )
}

function notTaken(device: string, property: string, wanted: Value, found: Value): GanzhiError {
  return new GanzhiError(
    `设备已应答，但 ${device}/${property} 仍为 was acknowledged, but is ${shownValue(found)}, not ${shownValue(wanted)}`,
    {
      code: 'not-taken',
      blame: 'outside',
      field: 'value',
      remedy:
        '请检查设备是否处于远程模式。 Check whether the device takes remote control: a local/remote switch, a limit.',
    },
  )
}
