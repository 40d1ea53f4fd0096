import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { ModbusPoint } from '@ganzhi/contracts/profile'
import type { PointResult } from '../driver.ts'
import type { Answer } from './connection.ts'
import { declines, exceptionError } from './exception.ts'
import type { ModbusTcpLink } from './link.ts'
import { type PlannedRead, readAlone, type UnitPlan } from './plan.ts'
import { decodeValue } from './values.ts'

export interface UnitRead {
  readonly link: ModbusTcpLink
  readonly unit: number
  readonly plan: UnitPlan
  readonly signal: AbortSignal
  /** ms since 1970 */
  readonly now: () => number
}

type Results = Map<number, PointResult>

/** One result a point, in the order of `points`. */
export async function readUnit(unit: UnitRead, points: readonly ModbusPoint[]): Promise<PointResult[]> {
  const results: Results = new Map()
  await readAll(unit, unit.plan.reads(points), results)
  return points.map((_, index) => results.get(index) ?? unplanned())
}

async function readAll(unit: UnitRead, reads: readonly PlannedRead[], results: Results): Promise<void> {
  let unreachable: GanzhiError | undefined
  for (const read of reads) {
    // One timeout is all that a silent unit may cost; the rest is known without asking.
    unreachable ??= await readOne(unit, read, results)
    if (unreachable) failAll(unit, read, unreachable, results)
  }
}

/** Resolves with the reason when it is of no use to ask this unit for anything more now. */
async function readOne(
  unit: UnitRead,
  read: PlannedRead,
  results: Results,
): Promise<GanzhiError | undefined> {
  const answer = await ask(unit, read)
  if (answer instanceof GanzhiError) {
    if (answer.code === 'no-answer' || answer.code === 'link-down') return answer
    failAll(unit, read, answer, results)
    return undefined
  }
  if (answer.kind === 'data') {
    for (const { point, index } of read.points) {
      const value = decodeValue(point, read, answer.bytes)
      results.set(index, present(point, value, answer.at))
    }
    return undefined
  }
  if (declines(answer.code) && read.points.length > 1) {
    await readApart(unit, read, results)
    return undefined
  }
  const error = exceptionError(answer.code, read)
  if (error.code === 'no-answer') return error
  failAll(unit, read, error, results)
  return undefined
}

/** A bad address must not take its neighbours with it. */
async function readApart(unit: UnitRead, read: PlannedRead, results: Results): Promise<void> {
  await readAll(unit, read.points.map(readAlone), results)
  const refused = read.points.filter(({ index }) => REFUSALS.has(codeOf(results.get(index))))
  const heardAll = read.points.every(({ index }) => !UNHEARD.has(codeOf(results.get(index))))
  if (heardAll) unit.plan.learn(read, refused)
}

const REFUSALS = new Set(['declined', 'device-failure'])
const UNHEARD = new Set(['no-answer', 'link-down', 'bad-reply'])

function codeOf(result: PointResult | undefined): string {
  return result === undefined || result.quality === 'good' ? '' : result.error.code
}

async function ask({ link, unit, signal }: UnitRead, read: PlannedRead): Promise<Answer | GanzhiError> {
  const { table, address, count } = read
  try {
    return await link.request({ unit, table, address, count }, signal)
  } catch (error) {
    if (signal.aborted || !isGanzhiError(error) || error.code === 'link-closed') throw error
    return error
  }
}

function present(point: ModbusPoint, value: ReturnType<typeof decodeValue>, readAt: number): PointResult {
  if (typeof value !== 'number' || Number.isFinite(value)) return { quality: 'good', value, readAt }
  const error = new GanzhiError(`${point.id} is ${value}`, {
    code: 'not-a-number',
    blame: 'outside',
    field: point.id,
    remedy: 'The device has no value now; if it never has, check type and order.',
    retryable: true,
  })
  return { quality: 'uncertain', value: null, readAt, error }
}

function failAll(unit: UnitRead, read: PlannedRead, error: GanzhiError, results: Results): void {
  const quality = error.code === 'declined' ? 'bad-config' : 'bad-comm'
  const result = { quality, value: null, readAt: unit.now(), error } as const
  for (const { index } of read.points) results.set(index, result)
}

function unplanned(): never {
  throw new GanzhiError('a point was left out of the read plan', { code: 'unplanned-point', blame: 'ours' })
}
