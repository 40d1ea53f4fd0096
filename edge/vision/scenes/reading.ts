import type { PlacedScene } from '@ganzhi/firmware-config/scenes/placed-scene'
import type { Zone } from '@ganzhi/firmware-config/scenes/zone'
import type { Remembered } from './static-layer.ts'
import type { Thing } from './thing.ts'

/**
 * What one look says of a zone. `holds`: enough for an incident to begin; `keeps`: enough for one to go on; `hidden`:
 * something stands before it, so that nothing can be said.
 */
export interface Reading {
  readonly zone: Zone
  readonly variant: string | undefined
  readonly level: 'holds' | 'keeps' | 'not' | 'hidden'
  /** Those that count. */
  readonly things: readonly Thing[]
  readonly count: number
  /** How sure it is that they are what they are taken for, 0 to 1. */
  readonly score: number
  /** How long the first of them has been there, where that matters. */
  readonly stayedMs?: number
  /** What must be known again after a restart, of those that count. */
  readonly remembered?: readonly Remembered[]
  /** Something may soon have been there for long enough: it is worth a look. */
  readonly pending?: boolean
  /** The numbers that decided, by the names of the rule's fields. */
  readonly why: Readonly<Record<string, number>>
}

/** What may happen in a zone: something in it may be another matter, as the bin in the road. */
export type Matter = Pick<Reading, 'zone' | 'variant'>

export function mattersOf({ zones, scene: { rule } }: PlacedScene): Matter[] {
  const apart = rule.kind === 'static-object' && rule.bins !== undefined
  return zones.flatMap((zone) => {
    const { variant } = zone
    return apart && variant === undefined
      ? [
          { zone, variant },
          { zone, variant: AT_BIN },
        ]
      : [{ zone, variant }]
  })
}

export const AT_BIN = 'at-bin'

export function meanScore(things: readonly Thing[]): number {
  return things.reduce((sum, { score }) => sum + score, 0) / Math.max(1, things.length)
}
