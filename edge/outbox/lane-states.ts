import { LANES, type Epoch, type Lane } from '@ganzhi/contracts/record-key'
import type { LaneWriter } from './lane-writer.ts'
import type { LaneState } from './outbox.ts'
import type { Receipts } from './receipts.ts'
import type { SegmentStore } from './segment-store.ts'
import type { Segment } from './segment.ts'

export interface LaneStatesOptions {
  readonly store: SegmentStore
  readonly receipts: Receipts
  readonly writer: LaneWriter
}

/** Each lane and epoch that may still be asked for, oldest epoch first. */
export function laneStates({ store, receipts, writer }: LaneStatesOptions) {
  function head(lane: Lane, epoch: Epoch, segments: readonly Segment[] = store.of(lane, epoch)): number {
    if (epoch === writer.epoch) return writer.head(lane)
    return Math.max(receipts.head(lane, epoch), ...segments.map((segment) => segment.lastSeq))
  }

  function state(lane: Lane, epoch: Epoch, segments: readonly Segment[]): LaneState {
    const holding = segments.filter((segment) => segment.lastSeq >= segment.firstSeq)
    const top = head(lane, epoch, segments)
    const oldestAt = holding.find((segment) => segment.oldestAt !== undefined)?.oldestAt
    return {
      lane,
      epoch,
      first: holding[0]?.firstSeq ?? top + 1,
      head: top,
      receipted: receipts.contiguous(lane, epoch),
      bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
      ...(oldestAt !== undefined && { oldestAt }),
    }
  }

  function all(): LaneState[] {
    return LANES.flatMap((lane) => {
      const segments = Map.groupBy(store.of(lane), ({ epoch }) => epoch)
      const forgotten = receipts.all().filter((entry) => entry.lane === lane && !segments.has(entry.epoch))
      const epochs = new Set([...forgotten.map(({ epoch }) => epoch), ...segments.keys()])
      epochs.delete(writer.epoch)
      return [...epochs, writer.epoch].map((epoch) => state(lane, epoch, segments.get(epoch) ?? []))
    })
  }

  return { head, all }
}
