import { STREAMS } from '@ganzhi/contracts/subjects'

import { tearTail } from '../lab/disk-image.ts'
import type { Scenario, Stage } from '../scenario.ts'
import { INGEST_STEPS } from './ingest-steps.ts'

const JUDGED_EVERY = 50

export const anythingAtRandom: Scenario = {
  name: 'anything-at-random',
  promise: 'faults of every kind, one upon the other, take nothing away',
  setup: { gateways: 2, ingests: 2 },
  async run(stage) {
    const { lab, load, random, rounds, settle, say } = stage
    await lab.postgres.backUp()
    for (let round = 1; round <= rounds; round++) {
      await load.more(random.integer(1, 20))
      const faults = Array.from({ length: random.integer(1, 3) }, () => random.pick(FAULTS))
      for (const [name, cause] of faults) {
        say(`round ${round} of ${rounds}: ${name}`)
        await cause(stage)
      }
      if (random.chance(0.5)) await load.more(random.integer(1, 10))
      await lab.heal()
      if (round % JUDGED_EVERY === 0 && round < rounds) await settle()
    }
    await load.more(20)
  },
}

type Fault = readonly [name: string, cause: (stage: Stage) => Promise<unknown>]

/** What happens often stands there often. Every one of them leaves a gateway that accepts. */
const FAULTS: readonly [Fault, ...Fault[]] = [
  ['a gateway killed', ({ lab, random }) => restarted(random.pick(lab.gateways))],
  ['a gateway killed in mid-write', tornGateway],
  ['ingest killed', ({ lab, random }) => random.pick(lab.ingests).kill()],
  ['ingest frozen', async ({ lab, random }) => random.pick(lab.ingests).freeze()],
  ['ingest about to die', doomedIngest],
  ['ingest about to freeze', frozenIngest],
  ['the broker killed', ({ lab }) => lab.nats.kill()],
  ['the broker frozen', async ({ lab }) => lab.nats.freeze()],
  ['the broker wiped', ({ lab }) => lab.nats.wipe()],
  ['the streams deleted', deletedStreams],
  ['the database killed', ({ lab }) => lab.postgres.kill()],
  ['the database frozen', async ({ lab }) => lab.postgres.freeze()],
  ['the database restored', ({ lab }) => lab.postgres.restore()],
]

async function restarted(part: { kill(): Promise<void>; start(): Promise<void> }): Promise<void> {
  await part.kill()
  await part.start()
}

async function tornGateway({ lab, random }: Stage): Promise<void> {
  const gateway = random.pick(lab.gateways)
  await gateway.kill()
  await tearTail(gateway.dataDir, random)
  await gateway.start()
}

async function doomedIngest(stage: Stage): Promise<void> {
  await armedIngest(stage, 'kill')
}

async function frozenIngest(stage: Stage): Promise<void> {
  await armedIngest(stage, 'freeze')
}

async function armedIngest({ lab, random }: Stage, how: 'kill' | 'freeze'): Promise<void> {
  const ingest = random.pick(lab.ingests)
  await ingest.kill()
  await ingest.start({ GANZHI_FAILPOINT: `${random.pick(INGEST_STEPS)}:${how}:${random.integer(1, 5)}` })
}

/** Where there is a broker, and there are streams. */
async function deletedStreams({ lab }: Stage): Promise<void> {
  const names = Object.values(STREAMS).map(({ name }) => name)
  if (!lab.nats.isAnswering()) return
  await lab.nats.withManager((manager) =>
    Promise.allSettled(names.map((name) => manager.streams.delete(name))),
  )
}
