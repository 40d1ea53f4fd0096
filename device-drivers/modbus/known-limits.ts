import { ModbusLimits } from '@ganzhi/contracts/profile'
import Type, { type Static } from 'typebox'
import { isBitTable, MAX_COUNT, type Table } from './request.ts'
import { covers, minus, overlaps, type Span, union } from './span.ts'

/** A read, as far as it matters to why a unit declined it. */
export interface Tried {
  readonly table: Table
  readonly address: number
  readonly count: number
  /** Where the values that were wanted lie in it, sorted; what is between them nobody asked for. */
  readonly places: readonly Span[]
}

/** As kept across restarts. */
export const LearntLimits = Type.Object({
  /** Can be pasted into a profile. */
  limits: ModbusLimits,
  /** The shortest reads refused for their length: between these and `limits` it is still unknown. */
  tooLong: Type.Object({ registers: Type.Optional(Type.Integer()), bits: Type.Optional(Type.Integer()) }),
})
export type LearntLimits = Static<typeof LearntLimits>

type Measure = 'registers' | 'bits'

const TABLES: readonly Table[] = ['coil', 'discrete', 'holding', 'input']

/**
 * Which reads a unit takes, concluded from those it took and declined. A read is declined for its length or for an
 * address; what was taken shows which: no read up to the longest taken is too long, no address that was read is refused.
 */
export class KnownLimits {
  readonly #given: ModbusLimits
  readonly #taken: Record<Measure, number> = { registers: 0, bits: 0 }
  readonly #tooLong: Record<Measure, number> = { registers: Infinity, bits: Infinity }
  readonly #good = perTable()
  readonly #refused = perTable()
  #doubts: Tried[] = []
  /** Grows whenever another plan may be the best. */
  revision = 0

  constructor(given: ModbusLimits = {}, recalled?: LearntLimits) {
    this.#given = given
    for (const { table, from, to } of given.refused ?? []) this.#addRefused(table, [{ from, to: to + 1 }])
    if (recalled) this.#recall(recalled)
  }

  /** The longest read to ask for: while the limit is between two lengths, one in their middle. */
  maxCount(table: Table): number {
    const measure = measureOf(table)
    const taken = this.#taken[measure]
    const tooLong = this.#tooLong[measure]
    const learnt = tooLong === Infinity ? MAX_COUNT[table] : taken + Math.ceil((tooLong - 1 - taken) / 2)
    return Math.max(1, Math.min(MAX_COUNT[table], this.#given[measure] ?? MAX_COUNT[table], learnt))
  }

  refused(table: Table): readonly Span[] {
    return this.#refused[table]
  }

  /** True when the unit is known to decline such a read. */
  forbids(read: Tried): boolean {
    return read.count > this.maxCount(read.table) || this.refuses(read)
  }

  /** One address of such a read is known to be refused. */
  refuses(read: Tried): boolean {
    return this.refused(read.table).some((each) => overlaps(each, spanOf(read)))
  }

  /** Nothing at all was ever read from this unit: its refusals say nothing of one address or another. */
  get nothingTaken(): boolean {
    return this.#taken.registers === 0 && this.#taken.bits === 0
  }

  took(read: Tried): void {
    const measure = measureOf(read.table)
    const span = spanOf(read)
    const refused = this.#refused[read.table]
    const known = read.count <= this.#taken[measure] && covers(this.#good[read.table], span)
    if (known && this.#doubts.length === 0) return
    if (refused.some((each) => overlaps(each, span))) {
      this.#refused[read.table] = minus(refused, [span])
      this.revision += 1
    }
    if (read.count > this.#taken[measure]) {
      this.#taken[measure] = read.count
      if (this.#tooLong[measure] <= read.count) this.#tooLong[measure] = Infinity
      if (this.#tooLong[measure] !== Infinity) this.revision += 1
    }
    this.#good[read.table] = union(this.#good[read.table], [span])
    this.#settle()
  }

  /** False when it contradicts what the unit took before: it may have changed, or be starting; the older evidence is dropped. */
  declined(read: Tried): boolean {
    const good = this.#good[read.table]
    if (read.count <= this.#taken[measureOf(read.table)] && covers(good, spanOf(read))) {
      this.#good[read.table] = minus(good, [spanOf(read)])
      return false
    }
    this.#doubts = this.#doubts.filter((doubt) => !sameRead(doubt, read))
    this.#doubts.push(read)
    this.#settle()
    return true
  }

  /** Reads of this length go unanswered where shorter ones are answered. */
  tooLong(read: Tried): void {
    const measure = measureOf(read.table)
    if (read.count <= this.#taken[measure]) this.#taken[measure] = read.count - 1
    this.#tooLong[measure] = Math.min(this.#tooLong[measure], read.count)
    this.revision += 1
  }

  /** What could not be narrowed down is taken as refused, value by value. */
  refuse({ table, places }: Tried): void {
    this.#addRefused(table, places)
    this.revision += 1
    this.#settle()
  }

  /** All that was wanted of a declined read has been read, and yet it may have been its length or a gap. */
  undecided(read: Tried): boolean {
    return this.#doubts.some((doubt) => sameRead(doubt, read)) && this.#allGood(read)
  }

  learnt(): LearntLimits {
    const limits: ModbusLimits = {}
    const tooLong: LearntLimits['tooLong'] = {}
    for (const measure of ['registers', 'bits'] as const) {
      if (this.#tooLong[measure] === Infinity) continue
      limits[measure] = Math.max(1, this.#taken[measure])
      tooLong[measure] = this.#tooLong[measure]
    }
    const refused = TABLES.flatMap((table) =>
      this.#refused[table].map(({ from, to }) => ({ table, from, to: to - 1 })),
    )
    return { limits: refused.length === 0 ? limits : { ...limits, refused }, tooLong }
  }

  #recall({ limits, tooLong }: LearntLimits): void {
    for (const measure of ['registers', 'bits'] as const) {
      const taken = limits[measure]
      if (taken === undefined) continue
      this.#taken[measure] = taken
      this.#tooLong[measure] = tooLong[measure] ?? taken + 1
    }
    for (const { table, from, to } of limits.refused ?? []) this.#addRefused(table, [{ from, to: to + 1 }])
  }

  #settle(): void {
    // The shortest first: what explains a part explains the whole.
    const open = this.#doubts.toSorted((a, b) => a.count - b.count)
    this.#doubts = []
    for (const doubt of open) if (!this.#explained(doubt)) this.#doubts.push(doubt)
  }

  #explained(doubt: Tried): boolean {
    const { table, count, places } = doubt
    const measure = measureOf(table)
    const span = spanOf(doubt)
    if (count >= this.#tooLong[measure]) return true
    if (this.#refused[table].some((each) => overlaps(each, span))) return true
    if (this.#doubts.some((smaller) => smaller.table === table && within(spanOf(smaller), span))) return true
    const mayBeTooLong = count > this.#taken[measure]
    const unknown = minus([span], this.#good[table])
    if (unknown.length === 0) {
      if (mayBeTooLong) this.#tooLong[measure] = count
    } else if (this.#final(doubt, mayBeTooLong)) {
      this.#addRefused(table, places.length === 1 ? places : unknown)
    } else return false
    this.revision += 1
    return true
  }

  /** Nothing smaller that could be asked would tell more. */
  #final(doubt: Tried, mayBeTooLong: boolean): boolean {
    if (doubt.places.length === 1) return !this.nothingTaken
    return this.#allGood(doubt) && (doubt.places.length === 2 || !mayBeTooLong)
  }

  #addRefused(table: Table, spans: readonly Span[]): void {
    this.#refused[table] = union(this.#refused[table], spans)
  }

  #allGood({ table, places }: Tried): boolean {
    return places.every((place) => covers(this.#good[table], place))
  }
}

export function measureOf(table: Table): Measure {
  return isBitTable(table) ? 'bits' : 'registers'
}

function spanOf({ address, count }: Tried): Span {
  return { from: address, to: address + count }
}

function within(inner: Span, outer: Span): boolean {
  return inner.from >= outer.from && inner.to <= outer.to
}

function sameRead(a: Tried, b: Tried): boolean {
  return a.table === b.table && a.address === b.address && a.count === b.count
}

function perTable(): Record<Table, readonly Span[]> {
  return { coil: [], discrete: [], holding: [], input: [] }
}
