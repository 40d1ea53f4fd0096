import type { Lab } from '../faults/lab/lab.ts'
import type { Part } from '../faults/lab/part.ts'
import type { Random } from '../faults/random.ts'
import { until } from '../faults/until.ts'
import { isUnheard } from './unheard-spans.ts'
import type { HandIn } from './hand-in.ts'

const LOST_WITHIN_MS = 180_000
const CLOCKS_OFF_S = [-600, 20] as const

export interface Broken {
  /** In words. */
  readonly what: string
  readonly killed: readonly Part[]
}

/** Parts stay down until they are healed; `more` waits for so many more accepted submissions. */
export async function breakSomething(
  lab: Lab,
  load: HandIn,
  random: Random,
  more: (count: number) => Promise<void>,
): Promise<Broken> {
  if (random.chance(0.08)) {
    const seconds = random.chance(0.5) ? 0 : random.integer(...CLOCKS_OFF_S)
    load.setOff(seconds * 1_000)
    return { what: `clocks ${seconds} s off`, killed: [] }
  }
  if (random.chance(0.08)) {
    for (const ruler of lab.rulers) ruler.freeze()
    await more(random.integer(2, 20))
    await lab.nats.wipe()
    return { what: 'rules frozen, nats wiped', killed: [] }
  }
  if (random.chance(0.04)) return loseGateway(lab, random, more)
  // One gateway goes on, that there is something to judge.
  const parts = [lab.postgres, lab.nats, lab.gateways[0], ...lab.ingests, ...lab.rulers, ...lab.rulers]
  const victims = drawn(parts, random)
  await Promise.all(victims.map((part) => part.kill()))
  if (random.chance(0.5)) await more(random.integer(1, 10))
  return { what: `${victims.map(({ name }) => name).join(', ')} killed`, killed: victims }
}

/** Until it is known to be away; its devices may be silent meanwhile, and rules die. */
async function loseGateway(
  lab: Lab,
  random: Random,
  more: (count: number) => Promise<void>,
): Promise<Broken> {
  const gateway = random.pick(lab.gateways)
  await (random.chance(0.7) ? gateway.kill() : gateway.stop())
  const isLost = () => lab.postgres.withClient((client) => isUnheard(client, gateway.gateway))
  const killRulers = async (): Promise<void> => {
    for (const ruler of lab.rulers) {
      await more(random.integer(2, 10))
      await ruler.kill()
      await ruler.start()
    }
  }
  await Promise.all([
    until(`word that ${gateway.name} is away`, isLost, { withinMs: LOST_WITHIN_MS }),
    killRulers(),
  ])
  await more(random.integer(2, 20))
  return { what: `${gateway.name} away, rules killed meanwhile`, killed: [gateway] }
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
