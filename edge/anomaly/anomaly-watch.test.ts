import type { PointTable } from '@ganzhi/contracts/point-table'
import type { Reading } from '@ganzhi/contracts/reading'
import { type ManualClock, manualClock } from '@ganzhi/device-drivers/manual-clock'
import { graphModelFiles } from '@ganzhi/models/anomaly/graph-model'
import { freshNetwork } from '@ganzhi/models/anomaly/network'
import { seededRandom } from '@ganzhi/models/anomaly/random'
import { makeKeyPair } from '@ganzhi/models/package/keys'
import { pack, sign } from '@ganzhi/models/package/pack'
import { createPrivateKey } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AnomalyWatch } from './anomaly-watch.ts'
import type { AnomalyPlan } from './plan.ts'
import type { Heard } from './watched-device.ts'

const MINUTE = 60_000
const STEP = 10 * MINUTE
const WINDOW = 8
/** Knows nothing but how long a value may stand still. */
const card = (device: string, property: string) => `
kind: anomaly
id: my-city/${device}
version: 2
weights: model.json
device: ${device}
properties: [{ id: ${property}, centre: 20, spread: 5, limits: { jump: 1000, now: 1000, lately: 1000, still: 2 } }]
stepSeconds: 600
window: ${WINDOW}
holdSeconds: 1200
alarm: 0.66
licence: CC-BY-4.0
`
const keys = makeKeyPair()

let dir: string
let clock: ManualClock
let sent: { device: string; property: string; reading: Reading }[]
let refusing: boolean
let watch: AnomalyWatch
let random: () => number
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'anomaly-'))
  await writeFile(join(dir, 'city.pub'), keys.publicKey)
  clock = manualClock(Date.UTC(2026, 5, 1))
  sent = []
  refusing = false
  random = seededRandom(7)
  const sink = async ({ points }: PointTable, readings: Reading[]) => {
    if (refusing) throw new Error('disk full')
    for (const reading of readings) {
      const { device = '', property = '' } = points[reading.slot] ?? {}
      sent.push({ device, property, reading })
    }
  }
  watch = new AnomalyWatch({ sink, clock, log: pino({ enabled: false }) })
})
afterEach(async () => {
  await watch[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

async function packaged(name: string, device = 'pump-1', property = 'flow'): Promise<string> {
  const folder = join(dir, name)
  await mkdir(folder)
  const { json, shard } = graphModelFiles(freshNetwork(2 * WINDOW + 4, WINDOW, seededRandom(1)))
  await writeFile(join(folder, 'card.yaml'), card(device, property))
  await writeFile(join(folder, 'model.json'), json)
  await writeFile(join(folder, 'weights.bin'), shard)
  await pack(folder)
  await sign(folder, createPrivateKey(keys.privateKey))
  return folder
}

const planOf = (...packages: [device: string, folder: string][]): AnomalyPlan => ({
  trustedKeys: [join(dir, 'city.pub')],
  packages: new Map(packages),
})

/** So many minutes, in each of which the device says something. */
async function read(minutes: number, heard: () => Partial<Heard>, device = 'pump-1'): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    watch.hear(device, 'flow', { at: clock.now(), quality: 'good', value: 20, ...heard() })
    await clock.advance(MINUTE)
  }
}

/** One that there is none yet, then one a step from a full window on. */
const scoresOf = (minutes: number) => 1 + minutes / 10 - WINDOW

/** So many lively minutes, until their scores are there. */
async function begun(minutes: number): Promise<number> {
  await read(minutes, lively)
  await expect.poll(() => sent.length).toBe(scoresOf(minutes))
  return sent.length
}

const lively = () => ({ value: 20 + random() })
const silence = { quality: 'bad-comm', value: null } as const
const values = () => sent.map(({ reading }) => reading.value)

describe('the score of a device', () => {
  beforeEach(async () => watch.reconfigure(planOf(['pump-1', await packaged('flow')])))

  test('is one of its properties: none until a window is full, then one at the end of each step', async () => {
    await begun(120)
    expect(sent[0]).toEqual({
      device: 'pump-1',
      property: 'anomaly',
      reading: { slot: 0, at: Date.UTC(2026, 5, 1, 0, 10), quality: 'uncertain', value: null },
    })
    const { reading } = sent.at(-1) ?? {}
    expect(reading).toMatchObject({ at: Date.UTC(2026, 5, 1, 1, 50), quality: 'good' })
    expect(reading?.value).toBeGreaterThanOrEqual(0)
    expect(reading?.value).toBeLessThan(0.1)
  })

  test('rises when a value stands still', async () => {
    await begun(120)
    await read(80, () => ({ value: 21 }))
    await expect.poll(() => Number(values().at(-1))).toBeGreaterThan(0.66)
    expect(watch.status).toMatchObject([
      {
        device: 'pump-1',
        runs: { id: 'my-city/pump-1', version: 2 },
        last: { property: 'flow', sign: 'still' },
      },
    ])
    expect(watch.status[0]?.fault).toBeUndefined()
  })

  test.each([
    ['the device fails', silence],
    ['what it says can not be true', { quality: 'uncertain', value: 4_000 } as const],
  ])('is not known while %s, which is said once', async (_, bad) => {
    const before = await begun(100)
    await read(60, () => bad)
    await expect.poll(() => sent.slice(before).filter(({ reading }) => reading.value === null).length).toBe(1)
    await read(120, lively)
    await expect.poll(() => typeof values().at(-1)).toBe('number')
  })

  test('is not known when nothing is said any more', async () => {
    await begun(100)
    await clock.advance(6 * STEP)
    await expect.poll(() => values().at(-1)).toBe(null)
  })

  test('does not believe a device whose clock is ahead', async () => {
    await read(120, () => ({ ...lively(), at: clock.now() + 86_400_000 }))
    await expect.poll(() => sent.length).toBe(scoresOf(120))
    expect(sent.at(-1)?.reading.at).toBe(Date.UTC(2026, 5, 1, 1, 50))
  })

  test('waits while it is not taken', async () => {
    refusing = true
    await read(130, lively)
    expect(sent).toEqual([])
    refusing = false
    await read(10, lively)
    await expect.poll(() => sent.length).toBeGreaterThan(4)
  })

  test('goes on where other devices are added, and ends where it is no longer asked for', async () => {
    const before = await begun(100)
    await watch.reconfigure(
      planOf(['pump-1', join(dir, 'flow')], ['pump-2', await packaged('two', 'pump-2')]),
    )
    await read(10, lively)
    await expect.poll(() => sent.length).toBe(before + 1)
    expect(sent.at(-1)?.reading.quality).toBe('good')
    await watch.reconfigure(planOf())
    await read(30, lively)
    expect(sent.length).toBe(before + 1)
    expect(watch.status).toEqual([])
  })
})

describe('a model that is refused disturbs nothing, and says why', () => {
  const faultOf = async (folder: string) => {
    await watch.reconfigure(planOf(['pump-1', folder]))
    await read(20, lively)
    expect(sent).toEqual([])
    expect(watch.status[0]?.runs).toBeUndefined()
    return watch.status[0]?.fault
  }

  test('one that is not there', async () => {
    expect(await faultOf(join(dir, 'none'))).toMatchObject({ code: 'package-unreadable' })
  })

  test('one that was changed after it was signed, until it is whole again', async () => {
    const folder = await packaged('flow')
    await cp(folder, join(dir, 'whole'), { recursive: true })
    await writeFile(join(folder, 'weights.bin'), 'changed')
    expect(await faultOf(folder)).toMatchObject({
      code: 'package-altered',
      remedy: expect.any(String) as string,
    })
    await cp(join(dir, 'whole'), folder, { recursive: true })
    await watch.reconfigure(planOf(['pump-1', folder]))
    expect(watch.status[0]?.runs).toMatchObject({ version: 2 })
  })

  test('one of another device', async () => {
    expect(await faultOf(await packaged('two', 'pump-2'))).toMatchObject({
      code: 'model-of-other-device',
      message: expect.stringContaining('pump-2') as string,
    })
  })

  test('one that looks at scores', async () => {
    const folder = await packaged('scores', 'pump-1', 'anomaly')
    expect(await faultOf(folder)).toMatchObject({ code: 'model-of-scores' })
  })

  test('one that is signed by somebody else', async () => {
    await writeFile(join(dir, 'city.pub'), makeKeyPair().publicKey)
    expect(await faultOf(await packaged('flow'))).toMatchObject({ code: 'package-unknown-key' })
  })

  test('one whose signer nobody can know: the key can not be read', async () => {
    await rm(join(dir, 'city.pub'))
    expect(await faultOf(await packaged('flow'))).toMatchObject({ code: 'bad-key' })
  })

  test('the others run', async () => {
    const plan = planOf(['pump-1', join(dir, 'none')], ['pump-2', await packaged('two', 'pump-2')])
    await watch.reconfigure(plan)
    await read(100, lively, 'pump-2')
    await expect.poll(() => sent.at(-1)).toMatchObject({ device: 'pump-2', reading: { quality: 'good' } })
  })
})
