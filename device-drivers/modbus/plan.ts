import { type ModbusPoint, modbusWidth } from '@ganzhi/contracts/profile'
import { MAX_COUNT, type Table } from './codec.ts'

export interface PlannedRead {
  readonly table: Table
  readonly address: number
  /** Registers or bits. */
  readonly count: number
  readonly points: readonly PlannedPoint[]
}

interface PlannedPoint {
  readonly point: ModbusPoint
  /** Position in the list that was planned. */
  readonly index: number
}

/** How one unit is read: points that touch or overlap in one request, as far as the unit was found to take that. */
export class UnitPlan {
  readonly #max = { ...MAX_COUNT }
  readonly #refused = new Set<string>()
  #plans = new WeakMap<readonly ModbusPoint[], PlannedRead[]>()

  reads(points: readonly ModbusPoint[]): readonly PlannedRead[] {
    let plan = this.#plans.get(points)
    if (!plan) {
      plan = this.#merge(points)
      this.#plans.set(points, plan)
    }
    return plan
  }

  /**
   * `read` was refused as a whole, and then of its points, each asked for alone, these. They are kept apart from now
   * on; when none was, the read was too long for this unit.
   */
  learn(read: PlannedRead, refused: readonly PlannedPoint[]): void {
    if (refused.length === read.points.length) return
    if (refused.length === 0) this.#max[read.table] = Math.max(1, read.count >> 1)
    for (const { point } of refused) this.#refused.add(placeOf(point))
    this.#plans = new WeakMap()
  }

  #merge(points: readonly ModbusPoint[]): PlannedRead[] {
    const sorted = points
      .map((point, index) => ({ point, index }))
      .sort((a, b) => compare(a.point.table, b.point.table) || a.point.address - b.point.address)
    const reads: PlannedRead[] = []
    for (const planned of sorted) {
      const last = reads.at(-1)
      const merged = last && this.#join(last, planned)
      if (merged) reads[reads.length - 1] = merged
      else reads.push(readAlone(planned))
    }
    return reads
  }

  #join(read: PlannedRead, { point, index }: PlannedPoint): PlannedRead | undefined {
    const touches = read.table === point.table && point.address <= read.address + read.count
    const count = Math.max(read.count, point.address + modbusWidth(point) - read.address)
    if (!touches || count > this.#max[read.table]) return undefined
    const [first = { point }] = read.points
    if (this.#refused.has(placeOf(point)) || this.#refused.has(placeOf(first.point))) return undefined
    return { ...read, count, points: [...read.points, { point, index }] }
  }
}

export function readAlone(planned: PlannedPoint): PlannedRead {
  const { table, address } = planned.point
  return { table, address, count: modbusWidth(planned.point), points: [planned] }
}

function placeOf(point: ModbusPoint): string {
  return `${point.table} ${point.address}+${modbusWidth(point)}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
