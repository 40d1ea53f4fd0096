import type { PointTable } from '@ganzhi/contracts/point-table'
import { QUALITIES, type Reading, VALUE_TYPES } from '@ganzhi/contracts/reading'
import type { RegisteredSeries } from '../register/register.ts'
import type { SampleBatch } from '../series-store/series-store.ts'

/** No run of any gateway's agent: of two scores of one time the gateway's own is the later. */
const CLOUD_EPOCH = -(2n ** 63n)

/** Readings that no gateway sent, as the store takes those that one did. */
export function batchOf(
  gatewayId: number,
  { points }: PointTable,
  series: RegisteredSeries,
  readings: readonly Reading[],
): SampleBatch {
  return {
    gatewayId,
    epoch: CLOUD_EPOCH,
    seq: 0,
    ...series,
    typeOfSlot: Uint8Array.from(points, ({ type }) => VALUE_TYPES.indexOf(type)),
    rows: {
      count: readings.length,
      slots: Uint32Array.from(readings, ({ slot }) => slot),
      at: Float64Array.from(readings, ({ at }) => at),
      quality: Uint8Array.from(readings, ({ quality }) => QUALITIES.indexOf(quality)),
      values: readings.map(({ value }) => value),
    },
  }
}
