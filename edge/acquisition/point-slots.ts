import { GanzhiError } from '@ganzhi/contracts/error'
import type { Point, PointTable } from '@ganzhi/contracts/point-table'
import type { PlannedPoint } from './plan.ts'

export interface Slot {
  readonly table: number
  readonly slot: number
}

const POINTS_PER_TABLE = 10_000

/**
 * Where the readings of each point stand. A table is known by its hash and never changes: points that come later get
 * tables of their own, and those that go leave their slots unused.
 */
export class PointSlots {
  readonly tables: PointTable[] = []
  readonly #slots = new Map<string, Slot>()

  /** Gives a slot to each point that has none. */
  place(points: readonly PlannedPoint[]): void {
    const added = points.map(pointOf).filter((point) => !this.#slots.has(keyOf(point)))
    for (let from = 0; from < added.length; from += POINTS_PER_TABLE) {
      const table = this.tables.length
      const chunk = added.slice(from, from + POINTS_PER_TABLE)
      this.tables.push({ points: chunk })
      chunk.forEach((point, slot) => this.#slots.set(keyOf(point), { table, slot }))
    }
  }

  /** Of a point that was placed. */
  slotOf(point: PlannedPoint): Slot {
    const slot = this.#slots.get(keyOf(pointOf(point)))
    if (slot) return slot
    throw new GanzhiError('a point was not placed', { code: 'unplaced-point', blame: 'ours' })
  }
}

function pointOf({ device, property: { id, type, decimals } }: PlannedPoint): Point {
  return { device, property: id, type, ...(decimals === undefined ? {} : { decimals }) }
}

function keyOf({ device, property, type, decimals }: Point): string {
  return `${device} ${property} ${type} ${decimals}`
}
