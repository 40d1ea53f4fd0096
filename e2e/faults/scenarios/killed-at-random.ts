import type { Part } from '../lab/part.ts'
import type { Random } from '../random.ts'
import type { Scenario } from '../scenario.ts'

const JUDGED_EVERY = 50

export const killedAtRandom: Scenario = {
  name: 'killed-at-random',
  promise: 'any part may be killed at any moment, alone or with others, for as long as it likes',
  setup: { gateways: 2, ingests: 2 },
  async run({ lab, load, random, rounds, settle, say }) {
    for (let round = 1; round <= rounds; round++) {
      await load.more(random.integer(1, 30))
      const victims = drawn(lab.parts(), random)
      say(`round ${round} of ${rounds}: ${victims.map(({ name }) => name).join(', ')}`)
      await Promise.all(victims.map((part) => part.kill()))
      if (random.chance(0.5) && lab.gateways.some((gateway) => gateway.isRunning())) {
        await load.more(random.integer(1, 15))
      }
      await lab.heal()
      if (round % JUDGED_EVERY === 0 && round < rounds) await settle()
    }
    await load.more(20)
  },
}

/** Mostly one, now and then several at once. */
function drawn(parts: readonly Part[], random: Random): Part[] {
  const count = random.chance(0.7) ? 1 : random.integer(2, parts.length)
  const left = [...parts]
  return Array.from({ length: count }, () => left.splice(random.integer(0, left.length - 1), 1)).flat()
}
