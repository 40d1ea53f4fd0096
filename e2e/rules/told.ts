import type { AlarmState } from '@ganzhi/contracts/transition'

import type { Value } from './cases/rule-case.ts'

/** A transition as far as it is compared, its times in ms. */
export interface Told {
  readonly at: number
  readonly target: string
  readonly from: AlarmState
  readonly to: AlarmState
  readonly value: Value
  readonly why: { readonly since?: number; readonly because?: string; readonly [limit: string]: unknown }
}

/** Since when each part has been so that is told of. */
export function partsText(sinces: readonly (number | undefined)[]): string {
  return sinces.map((since) => (since === undefined ? '–' : new Date(since).toISOString())).join(', ')
}
