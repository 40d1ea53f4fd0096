import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Lab, startLab } from '../faults/lab/lab.ts'
import { openLoadLedger } from '../faults/load/load-ledger.ts'
import { unsettled } from '../faults/oracle/settle.ts'
import { seededRandom } from '../faults/random.ts'
import { until } from '../faults/until.ts'
import { takenRecords, unjudged } from './at-rest.ts'
import { breakSomething } from './break-something.ts'
import { deliverTwice } from './deliver-twice.ts'
import { startHandIn } from './hand-in.ts'
import { type AlarmRecord, type AlarmVerdict, judgeAlarms, readRecord } from './judge-alarms.ts'
import { noticeFaults, watchNotices } from './judge-notices.ts'
import { placeDevices } from './lab-places.ts'
import { POINTS } from './lab-values.ts'
import { LAB_RULE_DOCUMENTS, LATENESS_S } from './lab-rules.ts'
import type { Absence } from './unheard-spans.ts'
import { putRules } from './put-rules.ts'

export interface RoundsOptions {
  readonly seed: string
  readonly rounds: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export interface Rounds {
  /** Missing where it did not come so far. */
  readonly record?: AlarmRecord
  readonly verdict: AlarmVerdict
  /** Logs and data; gone where all was well. */
  readonly directory?: string
}

const WITHIN_MS = 60_000
const REST_WITHIN_MS = 180_000

/** A platform under load is broken so often; then all that it has told is compared with what it should have. */
export async function runRounds(options: RoundsOptions): Promise<Rounds> {
  const directory = await mkdtemp(join(tmpdir(), 'ganzhi-alarms-'))
  try {
    const record = await play(directory, options)
    const verdict = judgeAlarms(record)
    if (verdict.faults.length > 0) return { record, verdict, directory }
    await rm(directory, { recursive: true, force: true })
    return { record, verdict }
  } catch (error) {
    options.signal.throwIfAborted()
    return { verdict: { expected: 0, told: 0, faults: [String(error)] }, directory }
  }
}

async function play(directory: string, { seed, rounds, signal, say }: RoundsOptions): Promise<AlarmRecord> {
  const random = seededRandom(seed)
  await using ledger = await openLoadLedger(join(directory, 'accepted.jsonl'))
  await using lab = await startLab(directory, { gateways: 2, rulers: 2 })
  const soon = { withinMs: WITHIN_MS, signal }
  await until('tables of rules', () => hasRules(lab), soon)
  await lab.postgres.withClient(watchNotices)
  // A device that was known before a rule began is looked at from there on, others from their first input.
  await lab.postgres.withClient((client) => putRules(client, LAB_RULE_DOCUMENTS))
  await lab.postgres.withClient(placeDevices)
  await using _twice = await deliverTwice(lab.nats.url)
  await using load = startHandIn(ledger, random.fork('values'), signal)
  for (const gateway of lab.gateways) load.add(gateway)
  const more = async (count: number): Promise<void> => {
    const target = ledger.accepted() + count
    const what = () => `${count} more accepted submissions, only ${ledger.accepted() + count - target}`
    await until(what, () => ledger.accepted() >= target, soon)
  }
  const judgeOn = async (): Promise<void> => {
    const taken = () => lab.postgres.withClient(takenRecords)
    const before = await taken()
    await until('records that rules have taken', async () => (await taken()) > before, soon)
  }
  await until('series of all devices', () => knowsDevices(lab), soon)
  load.letHappen()
  await more(20)

  const absences: Absence[] = []
  const began = performance.now()
  for (let round = 1; round <= rounds; round++) {
    const chances = random.fork(`round ${round}`)
    const from = Date.now()
    const { what, killed } = await breakSomething(lab, load, chances, more)
    await lab.heal()
    const lost = lab.gateways.filter((each) => killed.includes(each))
    absences.push(...lost.map(({ gateway }) => ({ gateway, from, until: Date.now() })))
    // Now and then the next comes before anybody has recovered from this.
    const recovers = chances.chance(0.7)
    await Promise.all([more(chances.integer(2, 12)), recovers && judgeOn()])
    const left = ((performance.now() - began) / round) * (rounds - round)
    say(`${round} of ${rounds}, ${Math.ceil(left / 60_000)} min left: ${what}`)
  }

  load.setOff(0)
  await more(20)
  await load.pause()
  const paused = Date.now()
  const atRest = { withinMs: REST_WITHIN_MS, signal }
  const unrest = async (): Promise<string | undefined> =>
    (await unsettled(lab, ledger.submissions)) ??
    (await lab.postgres.withClient((client) => unjudged(client, LATENESS_S * 1_000, paused)))
  let open: string | undefined
  // A part that is on its way up is asked again.
  const rests = async (): Promise<boolean> => (open = await unrest().catch(String)) === undefined
  await until(() => `rest from ${open}`, rests, atRest)
  // The last digest waits for a minute in which nothing late comes.
  let untold: readonly string[] = []
  const told = async () => (untold = await lab.postgres.withClient(noticeFaults)).length === 0
  await until('word to people', told, atRest).catch(() => signal.throwIfAborted())
  return await lab.postgres.withClient((client) => readRecord(client, absences, untold))
}

async function hasRules(lab: Lab): Promise<boolean> {
  const { rows } = await lab.postgres.withClient((client) =>
    client.query<{ there: boolean }>(`SELECT to_regclass('rule_area_late') IS NOT NULL AS there`),
  )
  return rows[0]?.there ?? false
}

async function knowsDevices(lab: Lab): Promise<boolean> {
  const { rows } = await lab.postgres.withClient((client) =>
    client.query<{ count: number }>('SELECT count(*)::int AS count FROM series'),
  )
  return rows[0]?.count === lab.gateways.length * POINTS
}
