import type { Exchange, PointResult } from '@ganzhi/device-drivers/driver'
import type { PolledDevice, PointSet } from './polled-device.ts'
import type { ReadGroup } from './read-group.ts'

/** One reading of a device: the exchanges of points that are read together, each sent when it is its turn. */
export interface Round {
  readonly device: PolledDevice
  readonly kind: 'one-shot' | 'fast' | 'slow' | 'probe'
  /** Steady ms. */
  readonly deadline: number
  begun?: Begun
  /** Nothing more of it is to be sent. */
  over: boolean
  /** Of a one-shot: where its results go. */
  readonly asked?: { readonly set: PointSet; readonly results: PointResult[]; readonly end: () => void }
}

export interface Begun {
  readonly at: number
  readonly groups: readonly ReadGroup[]
  readonly set: PointSet
  pending: Exchange[]
  underWay: number
  /** Something has been heard. */
  outcome: 'answered' | 'silent' | 'link-down'
}
