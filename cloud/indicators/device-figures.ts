import type { Beyond, DeviceFigure } from '@ganzhi/contracts/indicator'

/** Told of every device alike, from what all of its rows have: see `measure.ts`. */
type Common = 'presence' | 'rise'

/** Gives a value to the statement, and its placeholder. */
export type Bound = (value: unknown) => string

/** SQL: what is taken of a device, from its rows: one a roll-up's bucket. */
export function figureSql(figure: Exclude<DeviceFigure, Common>, bound: Bound): string {
  if (typeof figure === 'object') {
    return `100::float8 * count(*) FILTER (WHERE ${beyondSql(figure.share, bound)}) / nullif(count(mean), 0)`
  }
  switch (figure) {
    case 'mean':
      // Not avg, which squares what it adds and so overflows sooner.
      return 'sum(mean) / nullif(count(mean), 0)'
    case 'min':
      return 'min(min)'
    case 'max':
      return 'max(max)'
    case 'last':
      // The greatest by time, which asks for no order.
      return '(max(ARRAY[extract(epoch FROM bucket)::float8, last]) FILTER (WHERE n > 0))[2]'
    case 'good':
      return '100::float8 * sum(n) / sum(n + n_bad)'
  }
}

function beyondSql({ above, below }: Beyond, bound: Bound): string {
  return [
    ...(above === undefined ? [] : [`mean > ${bound(above)}::float8`]),
    ...(below === undefined ? [] : [`mean < ${bound(below)}::float8`]),
  ].join(' OR ')
}

export function isCommon(figure: DeviceFigure): figure is Common {
  return figure === 'presence' || figure === 'rise'
}
