import { bitsOf, BYTE_ORDERS, type ModbusPoint, NUMBER_TYPES } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import { type Clock, systemClock } from '@ganzhi/device-drivers/clock'
import type { PointResult } from '@ganzhi/device-drivers/driver'
import { ranked } from './plausible.ts'
import { type ShownResult, shownResult } from './read-once.ts'
import { readPoints, readsOf } from './read-points.ts'
import type { RegisterAddress } from './register-address.ts'
import { sessionMemory } from './session-memory.ts'
import { openLink, type Target } from './target.ts'

/** One place of a device, read as everything that it could be. */
export interface ExploreDocument {
  readonly unit: number
  readonly table: ModbusPoint['table']
  readonly readings: readonly BaseReading[]
  readonly candidates: readonly Candidate[]
}

/** What stands there if the number was counted from `base`. */
export interface BaseReading {
  readonly base: 0 | 1
  /** On the wire, from 0. */
  readonly address: number
  /** Raw registers, or bits as 0 and 1; null where the device refused. */
  readonly words: readonly (number | null)[]
  readonly error?: ShownResult['error']
}

export interface Candidate {
  readonly base: 0 | 1
  readonly point: Omit<ModbusPoint, 'id'>
  readonly result: ShownResult
  /** 0 is the likeliest; null where no sensor would mean it. */
  readonly rank: number | null
}

export interface ExploreOptions {
  readonly unit: number
  readonly address: RegisterAddress
  /** Registers or bits that are read from there on; a value may be as long. */
  readonly count: number
  readonly signal: AbortSignal
  readonly clock?: Clock
}

interface Sought {
  readonly base: 0 | 1
  readonly kind: 'word' | 'candidate'
  readonly point: Omit<ModbusPoint, 'id'>
}

/** Reads one place in every type and byte order, both as if its number were counted from 0 and from 1. */
export async function explore(
  target: Pick<Target, 'driver' | 'connection'>,
  { unit, address, count, signal, clock = systemClock }: ExploreOptions,
): Promise<{ document: ExploreDocument; anyRead: boolean }> {
  const { table } = address
  const device = check(target.driver.deviceSchema, { unit }, 'device')
  const bases = basesOf(address)
  const sought = bases.flatMap((base) => soughtAt(table, base, count))
  const points = sought.map(({ point }, i) => ({ id: `p${i}`, ...point }))
  await using link = await openLink(target, { clock, memory: sessionMemory() })
  const results = await readPoints(readsOf(link, target.driver.id), device, points, { signal, clock })
  const found = sought.map((one, i) => ({ ...one, result: results[i] as PointResult }))
  const readings = bases.map(({ base, address: at }) => {
    const words = found.filter((one) => one.base === base && one.kind === 'word')
    const bad = words.find(({ result }) => result.quality !== 'good')
    const error = bad && shownResult(bad.result).error
    return {
      base,
      address: at,
      words: words.map(({ result }) => (result.value === null ? null : Number(result.value))),
      ...(error ? { error } : {}),
    }
  })
  const candidates = found
    .filter(({ kind, result }) => kind === 'candidate' && result.quality === 'good')
    .map(({ base, point, result }) => ({ base, point, result: shownResult(result) }))
  return {
    document: { unit, table, readings, candidates: ranked(candidates) },
    anyRead: results.some(({ value }) => value !== null),
  }
}

/** As it is written first, then as it may have been meant. */
function basesOf({ number, base }: RegisterAddress): { base: 0 | 1; address: number }[] {
  const other: 0 | 1 = base === 0 ? 1 : 0
  return [
    { base, address: number - base },
    { base: other, address: number - other },
  ].filter(({ address }) => address >= 0 && address <= 65_535)
}

function soughtAt(
  table: ModbusPoint['table'],
  { base, address }: { base: 0 | 1; address: number },
  count: number,
): Sought[] {
  const longest = Math.min(count, 65_536 - address)
  const inBits = table === 'coil' || table === 'discrete'
  const words = Array.from({ length: longest }, (_, i): Sought => {
    return { base, kind: 'word', point: { table, address: address + i, type: inBits ? 'bool' : 'uint16' } }
  })
  if (inBits) return [...words, { base, kind: 'candidate', point: { table, address, type: 'bool' } }]
  const numbers = NUMBER_TYPES.filter((type) => bitsOf(type) / 16 <= longest).flatMap((type) =>
    BYTE_ORDERS[bitsOf(type)].map((order): Sought => {
      return { base, kind: 'candidate', point: { table, address, type, order } }
    }),
  )
  const texts = BYTE_ORDERS[16].map((order): Sought => {
    return { base, kind: 'candidate', point: { table, address, type: 'string', registers: longest, order } }
  })
  return [...words, ...numbers, ...(longest > 1 ? texts : [])]
}
