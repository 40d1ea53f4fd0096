import type { Beyond, Indicator } from '@ganzhi/contracts/indicator'
import type { Standing } from '@ganzhi/contracts/indicator-view'

export function standingOf({ amber, red }: Pick<Indicator, 'amber' | 'red'>, value: number | null): Standing {
  if (value === null) return 'missing'
  if (isBeyond(red, value)) return 'red'
  if (isBeyond(amber, value)) return 'amber'
  return amber || red ? 'green' : null
}

function isBeyond(limits: Beyond | undefined, value: number): boolean {
  const { above, below } = limits ?? {}
  return (above !== undefined && value > above) || (below !== undefined && value < below)
}
