import type { Lab } from '../faults/lab/lab.ts'
import type { Part } from '../faults/lab/part.ts'
import type { Random } from '../faults/random.ts'
import type { HandIn } from './hand-in.ts'

const CLOCKS_OFF_S = [-600, 20] as const

/** In words, what it was. Parts stay down until they are healed; `more` waits for so many more accepted submissions. */
export async function breakSomething(
  lab: Lab,
  load: HandIn,
  random: Random,
  more: (count: number) => Promise<void>,
): Promise<string> {
  if (random.chance(0.08)) {
    const seconds = random.chance(0.5) ? 0 : random.integer(...CLOCKS_OFF_S)
    load.setOff(seconds * 1_000)
    return `clocks ${seconds} s off`
  }
  if (random.chance(0.08)) {
    for (const ruler of lab.rulers) ruler.freeze()
    await more(random.integer(2, 20))
    await lab.nats.wipe()
    return 'rules frozen, nats wiped'
  }
  const victims = drawn([lab.postgres, lab.nats, ...lab.ingests, ...lab.rulers, ...lab.rulers], random)
  await Promise.all(victims.map((part) => part.kill()))
  if (random.chance(0.5)) await more(random.integer(1, 10))
  return `${victims.map(({ name }) => name).join(', ')} killed`
}

/** Mostly one, now and then several at once. */
function drawn(parts: readonly Part[], random: Random): Part[] {
  const count = random.chance(0.7) ? 1 : random.integer(2, parts.length)
  const left = [...parts]
  return [
    ...new Set(
      Array.from({ length: count }, () => left.splice(random.integer(0, left.length - 1), 1)).flat(),
    ),
  ]
}
