import type { Command } from '@ganzhi/contracts/command'
import type { Condition } from '@ganzhi/contracts/condition'
import type { Property } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import type { PointResult } from '@ganzhi/device-drivers/driver'
import { shownValue } from './commanded-value.ts'
import type { CommandedDevices } from './devices.ts'
import { refusal } from './refusal.ts'

/** Interlocks of the profile and the command's own precondition, by readings made for them; throws what does not hold. */
export async function checkConditions(
  command: Command,
  { interlocks: all = [] }: Property,
  devices: Pick<CommandedDevices, 'readNow'>,
  signal: AbortSignal,
): Promise<void> {
  const { device, precondition } = command
  const interlocks = all.filter(({ writing }) => writing === undefined || writing === command.value)
  const needed = [...interlocks, ...(precondition ? [precondition] : [])].map(({ property }) => property)
  if (needed.length === 0) return
  const readings = await devices.readNow(device, [...new Set(needed)], { signal })
  for (const interlock of interlocks) {
    const value = goodValue(device, interlock, readings)
    if (holds(interlock, value)) continue
    const { zh, en } = interlock.reason
    throw refusal('interlocked', `联锁 interlock: ${zh} ${en} (${told(interlock, value)})`, {
      field: interlock.property,
      remedy: '请先消除联锁条件。 Change what the interlock names first.',
    })
  }
  if (!precondition) return
  const value = goodValue(device, precondition, readings)
  if (holds(precondition, value)) return
  throw refusal(
    'precondition-failed',
    `前提条件不满足 the precondition does not hold: ${told(precondition, value)}`,
    {
      field: 'precondition',
      remedy: '请核对现场情况后再下达。 See how things are, and ask again.',
    },
  )
}

function goodValue(
  device: string,
  { property }: Condition,
  readings: ReadonlyMap<string, PointResult>,
): Value {
  const reading = readings.get(property)
  if (reading?.quality === 'good') return reading.value
  const why = reading ? `: ${reading.error.message}` : ''
  throw refusal('condition-unreadable', `条件无法读取 ${device}/${property} can't be read${why}`, {
    field: property,
    remedy: '请检查设备与线路。 Check the device and its line.',
  })
}

function holds({ equals, atLeast, atMost }: Condition, value: Value): boolean {
  if (equals !== undefined && equals !== value && !(typeof value === 'bigint' && String(value) === equals)) {
    return false
  }
  if (atLeast === undefined && atMost === undefined) return true
  if (typeof value !== 'number' && typeof value !== 'bigint') return false
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity)
}

function told({ property, equals, atLeast, atMost }: Condition, value: Value): string {
  const bounds = [
    ...(equals === undefined ? [] : [`= ${String(equals)}`]),
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}`]),
  ]
  return `${property} ${bounds.join(', ')}; 现为 is ${shownValue(value)}`
}
