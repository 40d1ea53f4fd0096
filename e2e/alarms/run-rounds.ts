import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Lab, startLab } from '../faults/lab/lab.ts'
import type { Part } from '../faults/lab/part.ts'
import { openLoadLedger } from '../faults/load/load-ledger.ts'
import { unsettled } from '../faults/oracle/settle.ts'
import { type Random, seededRandom } from '../faults/random.ts'
import { until } from '../faults/until.ts'
import { unjudged } from './at-rest.ts'
import { deliverTwice } from './deliver-twice.ts'
import { type HandIn, startHandIn } from './hand-in.ts'
import { type AlarmRecord, type AlarmVerdict, judgeAlarms, readRecord } from './judge-alarms.ts'
import { POINTS } from './lab-values.ts'
import { LAB_RULE_DOCUMENTS } from './lab-rules.ts'
import { putRules } from './put-rules.ts'

export interface RoundsOptions {
  readonly seed: string
  readonly rounds: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export interface Rounds {
  readonly record: AlarmRecord
  readonly verdict: AlarmVerdict
  /** Logs and data; gone where all was well. */
  readonly directory?: string
}

const MORE_WITHIN_MS = 60_000
const REST_WITHIN_MS = 180_000
const CLOCKS_OFF_S = [-600, 20] as const

/** A platform under load is broken so often; then all that it has told is compared with what it should have. */
export async function runRounds(options: RoundsOptions): Promise<Rounds> {
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-alarms-'))
  const record = await play(directory, options)
  const verdict = judgeAlarms(record)
  if (verdict.faults.length > 0) return { record, verdict, directory }
  await rm(directory, { recursive: true, force: true })
  return { record, verdict }
}

async function play(directory: string, { seed, rounds, signal, say }: RoundsOptions): Promise<AlarmRecord> {
  const random = seededRandom(seed)
  await using ledger = await openLoadLedger(join(directory, 'accepted.jsonl'))
  await using lab = await startLab(directory, { gateways: 2, rulers: 2 })
  await until('tables of rules', () => hasRules(lab), { withinMs: MORE_WITHIN_MS, signal })
  await lab.postgres.withClient((client) => putRules(client, LAB_RULE_DOCUMENTS))
  await using _twice = await deliverTwice(lab.nats.url)
  await using load = startHandIn(ledger, random.fork('values'), signal)
  for (const gateway of lab.gateways) load.add(gateway)
  const more = async (count: number): Promise<void> => {
    const target = ledger.accepted() + count
    const what = () => `${count} more accepted submissions, only ${ledger.accepted() + count - target}`
    await until(what, () => ledger.accepted() >= target, { withinMs: MORE_WITHIN_MS, signal })
  }
  await until('series of all devices', () => knowsDevices(lab), { withinMs: MORE_WITHIN_MS, signal })
  load.letHappen()
  await more(20)
  const faults = random.fork('faults')
  for (let round = 1; round <= rounds; round++) {
    const said = await breakSomething(lab, load, faults, more)
    say(`round ${round} of ${rounds}: ${said}`)
    await lab.heal()
    await more(faults.integer(2, 12))
  }
  load.setOff(0)
  await more(20)
  await load.pause()
  const rest = { withinMs: REST_WITHIN_MS, signal }
  let open: string | undefined
  await until(
    () => open ?? 'rest',
    async () => {
      open = (await unsettled(lab, ledger.submissions)) ?? (await lab.postgres.withClient(unjudged))
      return open === undefined
    },
    rest,
  )
  return await lab.postgres.withClient(readRecord)
}

async function hasRules(lab: Lab): Promise<boolean> {
  const { rows } = await lab.postgres.withClient((client) =>
    client.query<{ there: boolean }>(`SELECT to_regclass('rule_revision') IS NOT NULL AS there`),
  )
  return rows[0]?.there ?? false
}

async function knowsDevices(lab: Lab): Promise<boolean> {
  const { rows } = await lab.postgres.withClient((client) =>
    client.query<{ count: number }>('SELECT count(*)::int AS count FROM series'),
  )
  return rows[0]?.count === lab.gateways.length * POINTS
}

/** In words, what it was. Parts stay down until they are healed. */
async function breakSomething(
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
