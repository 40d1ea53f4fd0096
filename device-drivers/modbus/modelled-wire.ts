import type { ManualClock } from '../manual-clock.ts'
import { isBitTable, type ReadRequest, type Request, type Table } from './request.ts'
import type { Answer, Wire, WireCost } from './wire.ts'
import { badReply, noAnswer } from './wire-error.ts'

/** A unit for tests, as its makers might describe it. */
export interface ModelledUnit {
  /** Addresses it has not. */
  refuses?(table: Table, address: number): boolean
  registers?: number
  bits?: number
  /** What it does with a read that is too long: an exception, or nothing. */
  tooLong?: number | 'silence'
  /** Of this request, before all else. */
  fault?(request: ReadRequest): number | 'silence' | 'corrupt' | undefined
  turnaroundMs?: number
}

export interface ModelledWire extends Wire {
  readonly asked: ReadRequest[]
  readonly timeouts: number[]
  unit: ModelledUnit
}

/** RTU at this rate, characters of 11 bits: DESIGN 4 by its letter, without regard to the code under test. */
export function rtuCost(baudRate: number): WireCost {
  const charMs = 11_000 / baudRate
  const silenceMs = baudRate > 19_200 ? 1.75 : 3.5 * charMs
  return { exchangeMs: 13 * charMs + 2 * silenceMs, byteMs: charMs }
}

/** A wire with one unit behind it that answers in no time at all, every register holding its address. */
export function modelledWire(unit: ModelledUnit, clock: ManualClock, cost = rtuCost(9600)): ModelledWire {
  const asked: ReadRequest[] = []
  const timeouts: number[] = []
  const wire: ModelledWire = {
    unit,
    asked,
    timeouts,
    cost,
    depth: 1,
    async ask(request, { timeoutMs }) {
      await Promise.resolve()
      const read = readOf(request)
      asked.push(read)
      timeouts.push(timeoutMs)
      const said = sayingOf(wire.unit, read)
      if (said === 'corrupt') throw badReply('is corrupt')
      if (said === 'silence') throw noAnswer(`nothing within ${timeoutMs} ms`)
      const bytes = typeof said === 'number' ? undefined : said
      const tookMs = (wire.unit.turnaroundMs ?? 0) + (5 + (bytes?.length ?? 0)) * cost.byteMs
      const reply = bytes
        ? ({ kind: 'data', bytes } as const)
        : ({ kind: 'exception', code: said as number } as const)
      return { ...reply, at: clock.now(), tookMs } satisfies Answer
    },
    async [Symbol.asyncDispose]() {},
  }
  return wire
}

function readOf(request: Request): ReadRequest {
  if (request.kind !== 'read') throw new Error(`${request.kind} is not modelled`)
  return request
}

function sayingOf(unit: ModelledUnit, request: ReadRequest): Uint8Array | number | 'silence' | 'corrupt' {
  const { table, address, count } = request
  const fault = unit.fault?.(request)
  if (fault !== undefined) return fault
  const longest = isBitTable(table) ? (unit.bits ?? 2_000) : (unit.registers ?? 125)
  if (count > longest) return unit.tooLong ?? 3
  const addresses = Array.from({ length: count }, (_, i) => address + i)
  if (addresses.some((each) => unit.refuses?.(table, each))) return 2
  if (isBitTable(table)) return new Uint8Array(Math.ceil(count / 8))
  return Uint8Array.from(addresses.flatMap((each) => [each >> 8, each & 0xff]))
}
