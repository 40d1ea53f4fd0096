import type { FunctionalComponent } from 'vue'

const WIDTH = 60
const HEIGHT = 24
const EDGE = 3

/** The last values, the newest at the right. One that is missing breaks the line, and has an open mark at the foot. */
export const Sparkline: FunctionalComponent<{ values: readonly (number | null)[] }> = ({ values }) => {
  const known = values.filter((value) => value !== null)
  const least = Math.min(...known)
  const range = Math.max(...known) - least
  const x = (i: number) => EDGE + (i * (WIDTH - 2 * EDGE)) / Math.max(1, values.length - 1)
  const y = (value: number) =>
    range === 0 ? HEIGHT / 2 : HEIGHT - EDGE - ((value - least) / range) * (HEIGHT - 2 * EDGE)
  const line = values
    .map((value, i) => {
      if (value === null) return ''
      const goesOn = i > 0 && values[i - 1] !== null
      return `${goesOn ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
  const newest = values.at(-1)
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      <path d={line} />
      {values.map((value, i) =>
        value === null ? <circle key={i} class="gap" cx={x(i)} cy={HEIGHT - EDGE} r={1.5} /> : null,
      )}
      {newest != null && <circle class="newest" cx={x(values.length - 1)} cy={y(newest)} r={2.5} />}
    </svg>
  )
}
Sparkline.props = ['values']
