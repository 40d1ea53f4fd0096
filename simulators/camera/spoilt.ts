import type { Fault } from './fault.ts'
import { nalType } from './film/access-units.ts'
import type { Codec } from './film/reel.ts'

interface Spoiling {
  readonly random: () => number
  readonly garbage: Fault | undefined
  readonly cut: Fault | undefined
}

const SLICES = new Set([1, 5])

/** Parameter sets stay: without them there would be nothing to decode wrongly. */
export function spoilt(
  parts: readonly Buffer[],
  codec: Codec,
  { random, garbage, cut }: Spoiling,
): readonly Buffer[] {
  if (!garbage && !cut) return parts
  return parts.map((part) => {
    if (codec === 'h264' && !SLICES.has(nalType(part))) return part
    const bytes = Buffer.from(cut ? part.subarray(0, Math.ceil(part.length / 2)) : part)
    if (garbage) for (let i = bytes.length >> 2; i < bytes.length; i++) bytes[i] = random() * 256
    return bytes
  })
}
