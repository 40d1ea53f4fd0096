import Type from 'typebox'

/** ISO 8601 without years and months, which are of no fixed length: PT5M, P7D, PT1.5S. A day has 24 hours. */
export const Duration = Type.String({
  pattern: '^P(?=.)([0-9]{1,4}D)?(T(?=.)([0-9]{1,5}H)?([0-9]{1,6}M)?([0-9]{1,8}(\\.[0-9]{1,3})?S)?)?$',
  description: 'such as PT30S, PT5M, PT2H or P7D',
})

export function durationMs(duration: string): number {
  const [days = '', clock = ''] = duration.split('T')
  const part = (text: string, unit: string): number =>
    Number(new RegExp(`([0-9.]+)${unit}`).exec(text)?.[1] ?? 0)
  return (
    part(days, 'D') * 86_400_000 +
    part(clock, 'H') * 3_600_000 +
    part(clock, 'M') * 60_000 +
    Math.round(part(clock, 'S') * 1000)
  )
}
