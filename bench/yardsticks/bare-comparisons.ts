/** What is known of a device, and how often it was beyond something. */
export interface BareDevice {
  pm25: number
  pm10: number
  beyond: number
}

/** The comparisons of bench/rules/city-rules.ts and nothing else: one look-up a sample, no state but the values. */
export function compareAll(
  devices: ReadonlyMap<string, BareDevice>,
  samples: readonly { readonly device: string; readonly input: { readonly value: unknown } }[],
): void {
  for (const { device, input } of samples) {
    const known = devices.get(device)
    if (!known) continue
    const value = input.value as number
    known.pm25 = value
    let { beyond } = known
    if (value > 75) beyond += 1
    if (value > 115) beyond += 1
    if (value > 150) beyond += 1
    if (value > 250) beyond += 1
    if (value < 0) beyond += 1
    if (value === 999) beyond += 1
    if (value > 100) beyond += 1
    if (value < 1) beyond += 1
    if (value > 2 * known.pm10) beyond += 1
    if (value > 120 && known.pm10 > 200) beyond += 1
    known.beyond = beyond
  }
}
