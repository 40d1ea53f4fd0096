import type { Epoch, Lane } from '@ganzhi/contracts/record-key'
import {
  contiguousFrom1,
  covers,
  type SeqRange,
  type SeqRanges,
  subtract,
  union,
} from '../outbox/seq-ranges.ts'

interface Checkpoint {
  readonly at: number
  readonly head: number
}

/** How far one lane of one epoch has come: what was sent, what is to be sent (again), what the database has. */
export class LaneProgress {
  readonly lane: Lane
  readonly epoch: Epoch
  /** Everything up to here was read once; what is not in `#todo` and not under way was taken by the broker. */
  #reached: number
  #head: number
  #todo: SeqRanges = []
  #stored: SeqRanges
  /** The database asked for these and the outbox no longer gave them. */
  #absent: SeqRanges = []
  readonly #underWay = new Set<number>()
  #attempt: number
  #checkpoints: Checkpoint[] = []

  /** `attempt` must differ from what earlier runs of the agent used: the broker may still know their ids. */
  constructor(lane: Lane, epoch: Epoch, facts: { head: number; stored: number; attempt: number }) {
    this.lane = lane
    this.epoch = epoch
    this.#head = facts.head
    this.#reached = facts.head
    this.#stored = facts.stored > 0 ? [[1, facts.stored]] : []
    this.#todo = subtract(facts.head > 0 ? [[1, facts.head]] : [], this.#stored)
    this.#attempt = facts.attempt
  }

  get head(): number {
    return this.#head
  }

  get stored(): SeqRanges {
    return this.#stored
  }

  get contiguous(): number {
    return contiguousFrom1(this.#stored)
  }

  get attempt(): number {
    return this.#attempt
  }

  get absent(): SeqRanges {
    return this.#absent
  }

  /** Lowest range that is to be sent and is not new. */
  get backlog(): SeqRange | undefined {
    return this.#todo[0]
  }

  /** What was accepted since we last looked. */
  get fresh(): SeqRange | undefined {
    return this.#reached < this.#head ? [this.#reached + 1, this.#head] : undefined
  }

  grow(head: number): void {
    this.#head = Math.max(this.#head, head)
  }

  /** Remembers where the head is now, and gives up as backlog what was there `liveMs` ago and is still unsent. */
  tick(now: number, liveMs: number): void {
    this.#checkpoints.push({ at: now, head: this.#head })
    while (this.#checkpoints[1] && this.#checkpoints[1].at <= now - liveMs) this.#checkpoints.shift()
    const [oldest] = this.#checkpoints
    if (oldest && oldest.at <= now - liveMs) this.#ageTo(oldest.head)
  }

  /** No more will come: what is fresh is backlog from now on. */
  end(): void {
    this.#ageTo(this.#head)
  }

  #ageTo(head: number): void {
    if (head <= this.#reached) return
    this.#todo = union(this.#todo, [[this.#reached + 1, head]])
    this.#reached = head
  }

  /** The outbox gave `seqs`, all there is from `first` to `last`; returns those that are worth sending. */
  read([first, last]: SeqRange, seqs: readonly number[]): number[] {
    this.#todo = subtract(this.#todo, [[first, last]])
    this.#reached = Math.max(this.#reached, last)
    const given = union(
      seqs.map((seq): SeqRange => [seq, seq]),
      [],
    )
    this.#absent = union(this.#absent, subtract([[first, last]], given))
    const wanted = seqs.filter((seq) => !this.#underWay.has(seq) && !covers(this.#stored, seq))
    for (const seq of wanted) this.#underWay.add(seq)
    return wanted
  }

  isUnderWay(seq: number): boolean {
    return this.#underWay.has(seq)
  }

  taken(seq: number): void {
    this.#underWay.delete(seq)
  }

  /** Still to be sent, and no longer held for it. */
  putBack(seq: number): void {
    if (this.#underWay.delete(seq)) this.#todo = union(this.#todo, [[seq, seq]])
  }

  /** Named as missing: it may not be sent any more. */
  gone([first, last]: SeqRange): void {
    this.#todo = subtract(this.#todo, [[first, last]])
    for (const seq of this.#underWay) if (first <= seq && seq <= last) this.#underWay.delete(seq)
  }

  /** Taken by the broker, as far as it told. */
  delivered(): SeqRanges {
    const underWay = [...this.#underWay].sort((a, b) => a - b).map((seq): SeqRange => [seq, seq])
    return subtract(this.#reached > 0 ? [[1, this.#reached]] : [], union(this.#todo, underWay))
  }

  /** The database has these. */
  learn(stored: SeqRanges): void {
    this.#stored = union(this.#stored, stored)
    this.#todo = subtract(this.#todo, this.#stored)
    this.#absent = subtract(this.#absent, this.#stored)
    for (const seq of this.#underWay) if (covers(this.#stored, seq)) this.#underWay.delete(seq)
  }

  /** The database went back in time: it has these, and only these. */
  forget(stored: SeqRanges): void {
    this.#stored = stored
  }

  /** To be sent once more, under ids that the broker has not seen. */
  resend(ranges: SeqRanges): void {
    this.#attempt += 1
    this.#todo = union(this.#todo, ranges)
  }

  /** The outbox was told that it must name these as missing. */
  named(ranges: SeqRanges): void {
    this.#absent = subtract(this.#absent, ranges)
  }
}
