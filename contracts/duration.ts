import Type from 'typebox'

/** ISO 8601 without years and months, which are of no fixed length: PT5M, P7D, PT1.5S. A day has 24 hours. */
export const Duration = Type.String({
  pattern: '^P(?=.)([0-9]{1,4}D)?(T(?=.)([0-9]{1,5}H)?([0-9]{1,6}M)?([0-9]{1,8}(\\.[0-9]{1,3})?S)?)?$',
  description: 'such as PT30S, PT5M, PT2H or P7D',
})

const PARTS = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/

export function durationMs(duration: string): number {
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (PARTS.exec(duration) ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * 60_000 + Math.round(seconds * 1000)
}
