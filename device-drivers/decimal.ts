/** Digits behind the point in the shortest way to write `n`: 2 for 0.25, 0 for 40, 7 for 1e-7. */
export function decimalsOf(n: number): number {
  const [mantissa = '', exponent = '0'] = String(n).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}

/** Nearest number with so many decimals; what has no such neighbour (NaN, 1e300) stays as it is. */
export function roundTo(n: number, decimals: number): number {
  const factor = 10 ** decimals
  const whole = Math.round(n * factor)
  return Number.isSafeInteger(whole) ? whole / factor + 0 : n
}
