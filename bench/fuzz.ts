import { fuzzDecoders } from './fuzz/decoders.ts'
import { fuzzRtu } from './fuzz/rtu-frames.ts'
import type { Tally } from './fuzz/tally.ts'
import { fuzzTcp } from './fuzz/tcp-frames.ts'
import { randomFrom } from './lab/city.ts'
import type { Bench } from './result.ts'

const DECODER_INPUTS = 1_000_000
const FRAMES = 5_000_000
const SEED = 20_261_121

/** What no peer should send, to everything that reads bytes from a wire: nothing crashes, no wrong value is taken for a good one. */
export const fuzz: Bench = async ({ say, signal }) => {
  const decoders = fuzzDecoders(DECODER_INPUTS, randomFrom(SEED), say, signal)
  const random = randomFrom(SEED)
  const pick = (below: number): number => Math.floor(random() * below)
  const fuzzing = (wire: string) => ({
    mutated: FRAMES,
    pick,
    signal,
    progress: (tally: Tally) =>
      say(`${wire}: ${tally.mutated} mutated frames, ${tally.right} right, ${tally.wrong.length} wrong`),
  })
  // Refusals are what this is made of, and nobody reads where they come from.
  Error.stackTraceLimit = 0
  const tcp = await fuzzTcp(fuzzing('TCP'))
  const rtu = await fuzzRtu(fuzzing('RTU'))
  const frames = tcp.mutated + rtu.mutated
  const wrong = tcp.wrong.length + rtu.wrong.length
  return {
    value: frames,
    yardstick: frames,
    ratio: 1,
    mark: 1,
    ok: wrong === 0 && decoders.ok,
    wrong,
    tcp: shown(tcp),
    rtu: shown(rtu),
    decoders,
  }
}

function shown(tally: Tally): object {
  return { ...tally, wrong: tally.wrong.slice(0, 10) }
}
