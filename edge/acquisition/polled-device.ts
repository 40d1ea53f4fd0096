import type { Static, TObject } from 'typebox'
import type { PlannedDevice, PlannedPoint } from './plan.ts'
import { ReadGroup } from './read-group.ts'
import type { Round } from './round.ts'

/** Points that are read together. The same array again lets the driver find its plan again. */
export interface PointSet {
  readonly points: readonly PlannedPoint[]
  readonly driverPoints: readonly Static<TObject>[]
  /** The group of each point; none in a read that somebody asked for. */
  readonly groups: readonly ReadGroup[]
}

const SETS_KEPT = 32

/** A device of a link: its groups, and what the link's actor knows of it. */
export class PolledDevice {
  planned: PlannedDevice
  readonly groups = new Map<number, ReadGroup>()
  /** Fallen due, and in no round that has begun. */
  due: ReadGroup[] = []
  round: Round | undefined
  /** Exchanges in a row that it did not answer. */
  unanswered = 0
  silent = false
  gone = false
  readonly #sets = new Map<string, PointSet>()

  constructor(planned: PlannedDevice, origin: number, now: number) {
    this.planned = planned
    this.#regroup(origin, now)
  }

  get id(): string {
    return this.planned.id
  }

  get address(): Static<TObject> {
    return this.planned.address
  }

  /** Intervals that stay keep their phase and their figures. Gives the groups that are new. */
  replan(planned: PlannedDevice, origin: number, now: number): ReadGroup[] {
    if (planned === this.planned) return []
    this.planned = planned
    this.#sets.clear()
    return this.#regroup(origin, now)
  }

  /** Every point that is polled, and nothing else. */
  get everything(): PointSet {
    return this.pointsOf([...this.groups.values()])
  }

  pointsOf(groups: readonly ReadGroup[]): PointSet {
    const sorted = groups.toSorted((a, b) => a.intervalMs - b.intervalMs)
    const key = sorted.map(({ intervalMs }) => intervalMs).join()
    let set = this.#sets.get(key)
    if (!set) {
      const points = sorted.flatMap((group) => group.points)
      const driverPoints = points.map(({ driverPoint }) => driverPoint)
      set = { points, driverPoints, groups: sorted.flatMap((group) => group.points.map(() => group)) }
      if (this.#sets.size >= SETS_KEPT) this.#sets.clear()
      this.#sets.set(key, set)
    }
    return set
  }

  #regroup(origin: number, now: number): ReadGroup[] {
    const points = Map.groupBy(
      this.planned.points.filter(({ intervalMs }) => intervalMs !== undefined),
      ({ intervalMs = 0 }) => intervalMs,
    )
    for (const intervalMs of this.groups.keys()) if (!points.has(intervalMs)) this.groups.delete(intervalMs)
    const added = [...points.keys()].filter((intervalMs) => !this.groups.has(intervalMs))
    for (const intervalMs of added) this.groups.set(intervalMs, new ReadGroup(intervalMs, origin, now))
    for (const [intervalMs, group] of this.groups) group.points = points.get(intervalMs) ?? []
    this.due = this.due.filter((group) => this.has(group))
    return added.map((intervalMs) => this.groups.get(intervalMs) as ReadGroup)
  }

  has(group: ReadGroup): boolean {
    return !this.gone && this.groups.get(group.intervalMs) === group
  }
}
