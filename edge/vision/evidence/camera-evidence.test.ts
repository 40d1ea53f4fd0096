import { decodeEvidence } from '@ganzhi/contracts/evidence'
import type { SceneEvent } from '@ganzhi/contracts/scene-event'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import type { Privacy } from '@ganzhi/firmware-config/scenes/privacy'
import { contains } from '@ganzhi/firmware-config/scenes/zone'
import type { Frame } from '@ganzhi/models/frame'
import { decodeImage } from '@ganzhi/models/image-file'
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { CameraEvidence, type EvidenceOptions } from './camera-evidence.ts'
import { privateCopy } from './private-copy.ts'
import { RecentPictures } from './recent-pictures.ts'

const START = Date.UTC(2026, 10, 21, 8)
const PERSON = { label: 'person', score: 0.9, box: [80, 20, 100, 100] as const }

function frame(brightness: number, at = START): Frame {
  return { width: 160, height: 120, rgb: new Uint8Array(160 * 120 * 3).fill(brightness), at }
}

function event(phase: 'started' | 'updated' | 'ended', reason: string): SceneEvent {
  const things = [{ label: 'person', score: 0.9, box: [0.5, 0.2, 0.6, 0.8] }]
  const data = { begin: new Date(START).toISOString(), reason, things }
  return { type: `cn.ganzhi.vision.zone.${phase}`, data } as unknown as SceneEvent
}

function evidenceOf(
  privacy: Privacy = {},
  more: Pick<EvidenceOptions, 'people' | 'closer' | 'film' | 'clipSeconds'> = {},
) {
  const clock = manualClock(START)
  const records: Uint8Array[] = []
  let disk: 'works' | 'refuses' | 'sleeps' = 'works'
  const append = (_lane: string, body: Uint8Array) => {
    if (disk === 'refuses') return Promise.reject(new Error('full'))
    records.push(body)
    const accepted = { epoch: '0123456789abcdef', seq: records.length, sha256: '' }
    return disk === 'sleeps' ? new Promise<typeof accepted>(() => {}) : Promise.resolve(accepted)
  }
  const evidence = new CameraEvidence({
    outbox: { append },
    privacy,
    ...more,
    clock,
    log: pino({ level: 'silent' }),
  })
  return { evidence, records, clock, set: (how: typeof disk) => (disk = how) }
}

/** Mean brightness of a place in a JPEG. */
async function brightness(jpeg: Uint8Array, [x, y]: readonly [number, number]): Promise<number> {
  const { rgb, width } = await decodeImage(jpeg)
  return rgb[3 * (y * width + x)] ?? -1
}

describe('the evidence of an event', () => {
  it('shows how it looked before it began and when it was told, plain and with what counted in a frame', async () => {
    const { evidence, records } = evidenceOf()
    for (let second = -60; second <= 60; second += 5) {
      await evidence.see({ frame: frame(second < 0 ? 60 : 180, START + second * 1_000), detections: [] })
    }
    const refs = await evidence.show(event('started', 'confirmed'), {
      frame: frame(220, START + 60_000),
      detections: [],
    })
    expect(refs.map(({ role }) => role)).toEqual(['before', 'at', 'at'])
    const [before, plain, marked] = records.map(decodeEvidence)
    expect(before?.part.at).toBeLessThan(START)
    expect(await brightness(before!.bytes, [10, 10])).toBeCloseTo(60, -1)
    expect(await brightness(plain!.bytes, [10, 10])).toBeCloseTo(220, -1)
    // The left side of the box.
    expect(await brightness(plain!.bytes, [80, 60])).toBeCloseTo(220, -1)
    expect(await brightness(marked!.bytes, [80, 60])).not.toBeCloseTo(220, -1)
  })

  it('shows how it looks after it was cleared, and nothing of what was not seen to be over', async () => {
    const { evidence, records } = evidenceOf()
    const looked = { frame: frame(100), detections: [] }
    expect(await evidence.show(event('ended', 'cleared'), looked)).toMatchObject([{ role: 'after' }])
    expect(await evidence.show(event('ended', 'schedule'), looked)).toEqual([])
    expect(await evidence.show(event('updated', 'repeat'), looked)).toEqual([])
    expect(records).toHaveLength(1)
  })

  it('is named by its sha256, and its bytes are those', async () => {
    const { evidence, records } = evidenceOf()
    const [ref] = await evidence.show(event('ended', 'cleared'), { frame: frame(100), detections: [] })
    const { part, bytes } = decodeEvidence(records[0]!)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(ref?.sha256)
    expect(part).toMatchObject({ object: ref?.sha256, size: ref?.bytes, contentType: 'image/jpeg' })
  })

  it('uses the pixels at once: the frame may be written over when it returns', async () => {
    const { evidence, records } = evidenceOf()
    const lent = frame(100)
    const shown = evidence.show(event('ended', 'cleared'), { frame: lent, detections: [] })
    lent.rgb.fill(0)
    await shown
    expect(await brightness(decodeEvidence(records[0]!).bytes, [50, 50])).toBeCloseTo(100, -1)
  })

  it('goes with the event where the disk takes it, is left out where it does not, and is not waited for where it sleeps', async () => {
    const { evidence, clock, set } = evidenceOf()
    const looked = { frame: frame(100), detections: [] }
    set('refuses')
    expect(await evidence.show(event('ended', 'cleared'), looked)).toEqual([])
    set('sleeps')
    const shown = evidence.show(event('ended', 'cleared'), looked)
    const done = shown.then(() => true)
    await expect
      .poll(async () => (await clock.advance(1_000), Promise.race([done, wait(1, false)])))
      .toBe(true)
    expect(await shown).toMatchObject([{ role: 'after' }])
  })

  it('is limited for a camera that sees things come and go all day, and is given again after the hour', async () => {
    const { evidence, records, clock } = evidenceOf()
    const looked = { frame: frame(100), detections: [] }
    for (let i = 0; i < 130; i++) await evidence.show(event('ended', 'cleared'), looked)
    expect(records).toHaveLength(120)
    await clock.advance(3_600_000)
    expect(await evidence.show(event('ended', 'cleared'), looked)).toHaveLength(1)
  })

  it('is as large as the camera has it, but for the boxes, which are shown where they were found', async () => {
    const larger = { ...frame(220), width: 320, height: 240, rgb: new Uint8Array(320 * 240 * 3).fill(220) }
    const { evidence, records } = evidenceOf({}, { closer: async () => ({ frame: larger, detections: [] }) })
    const looked = { frame: frame(100), detections: [] }
    await evidence.show(event('started', 'confirmed'), looked)
    await evidence.show(event('ended', 'cleared'), looked)
    const pictures = await Promise.all(records.map((record) => decodeImage(decodeEvidence(record).bytes)))
    expect(pictures.map(({ width }) => width)).toEqual([320, 160, 320])
    expect(await brightness(decodeEvidence(records[1]!).bytes, [80, 60])).not.toBeCloseTo(100, -1)
  })

  it.each([
    ['does not come', () => Promise.reject(new Error('hung'))],
    ['is not there', () => Promise.resolve(undefined)],
    [
      'is smaller',
      () => Promise.resolve({ frame: { ...frame(220), width: 16, height: 12 }, detections: [] }),
    ],
  ])('is what was looked at where a larger picture %s', async (_, closer) => {
    const { evidence, records } = evidenceOf({}, { closer })
    const lent = frame(100)
    const shown = evidence.show(event('started', 'confirmed'), { frame: lent, detections: [] })
    lent.rgb.fill(0)
    expect(await shown).toHaveLength(2)
    expect(await brightness(decodeEvidence(records[0]!).bytes, [10, 10])).toBeCloseTo(100, -1)
  })

  it('that can not be drawn is left out, and the event goes with the others', async () => {
    const nothing = { width: 320, height: 0, rgb: new Uint8Array(), at: START }
    const { evidence, records } = evidenceOf({}, { closer: async () => ({ frame: nothing, detections: [] }) })
    expect(
      await evidence.show(event('started', 'confirmed'), { frame: frame(100), detections: [] }),
    ).toHaveLength(1)
    expect(records).toHaveLength(1)
  })

  it('has coarse heads of whomever any model saw; in a larger picture, where they are in that one', async () => {
    const striped = (width: number, height: number) => {
      const rgb = new Uint8Array(width * height * 3).map((_, i) => (Math.floor(i / 3) % 8 < 4 ? 0 : 255))
      return { width, height, rgb, at: START }
    }
    const walkedOn = { ...PERSON, box: [260, 40, 300, 200] as const }
    const closer = async () => ({ frame: striped(320, 240), detections: [walkedOn] })
    const { evidence, records } = evidenceOf({ blurHeads: true }, { people: () => [PERSON], closer })
    await evidence.show(event('started', 'confirmed'), { frame: striped(160, 120), detections: [] })
    const [large, small] = await Promise.all(
      records.map((record) => decodeImage(decodeEvidence(record).bytes)),
    )
    const extremes = ({ rgb, width }: Frame, x: number, y: number) =>
      Array.from({ length: 8 }, (_, i) => rgb[3 * (y * width + x + i)] ?? -1).filter((v) => v < 40 || v > 215)
        .length
    expect([extremes(small!, 86, 26), extremes(small!, 16, 26)]).toEqual([0, 8])
    expect([extremes(large!, 276, 50), extremes(large!, 86, 26)]).toEqual([0, 8])
  })

  it('is black wherever a mask says so, in every picture that leaves', async () => {
    const masks: Privacy['masks'] = [
      [
        [0, 0],
        [0.5, 0],
        [0.5, 1],
        [0, 1],
      ],
    ]
    const larger = { width: 320, height: 240, rgb: new Uint8Array(320 * 240 * 3).fill(200), at: START }
    const closer = async () => ({ frame: larger, detections: [] })
    const { evidence, records } = evidenceOf({ masks }, { closer })
    await evidence.see({ frame: frame(200, START - 5_000), detections: [] })
    await evidence.show(event('started', 'confirmed'), { frame: frame(200), detections: [] })
    await evidence.show(event('ended', 'cleared'), { frame: frame(200), detections: [] })
    expect(records).toHaveLength(4)
    for (const record of records) {
      const { bytes } = decodeEvidence(record)
      const { width, height } = await decodeImage(bytes)
      expect(await brightness(bytes, [width / 8, height / 2])).toBeLessThan(8)
      expect(await brightness(bytes, [width - 10, 10])).toBeGreaterThan(180)
    }
  })
})

describe('a clip of an event', () => {
  const told = event('started', 'confirmed')
  const half: NonNullable<Privacy['masks']> = [
    [
      [0, 0],
      [0.5, 0],
      [0.5, 1],
      [0, 1],
    ],
  ]

  const looked = { frame: frame(100, START + 20_000), detections: [] }

  async function filmed(film: NonNullable<EvidenceOptions['film']>) {
    const made = evidenceOf({ masks: half }, { clipSeconds: 10, film })
    for (let at = START; at < START + 20_000; at += 200) {
      await made.evidence.see({ frame: frame(200, at), detections: [] })
    }
    void made.evidence.see(looked)
    return made
  }

  it('is of its last seconds, up to the frame that decided, and nothing of a mask is in it', async () => {
    const films: (readonly Uint8Array[])[] = []
    const { evidence, records } = await filmed(async (jpegs) => {
      films.push(jpegs)
      return Buffer.from('a film')
    })
    const refs = await evidence.show(told, looked, 5)
    expect(refs.at(-1)).toMatchObject({ role: 'clip', contentType: 'video/mp4', bytes: 6 })
    expect(decodeEvidence(records.at(-1)!).part).toMatchObject({ contentType: 'video/mp4' })
    expect(films[0]).toHaveLength(26)
    for (const jpeg of films[0] ?? []) expect(await brightness(jpeg, [20, 100])).toBeLessThan(8)
    expect(await brightness(films[0]![0]!, [150, 100])).toBeCloseTo(200, -1)
    expect(await brightness(films[0]![25]!, [150, 100])).toBeCloseTo(100, -1)
  })

  it('is left out where nobody asks for it, and where it can not be made; the pictures go all the same', async () => {
    const { evidence } = await filmed(() => Promise.reject(new Error('no encoder')))
    const roles = async (seconds?: number) =>
      (await evidence.show(told, looked, seconds)).map(({ role }) => role)
    expect(await roles()).toEqual(['at', 'at'])
    expect(await roles(5)).toEqual(['at', 'at'])
  })
})

describe('a copy that may leave', () => {
  it('has coarse heads where that is asked, and leaves the frame alone', () => {
    const sharp = frame(0)
    for (let i = 0; i < sharp.rgb.length; i++) sharp.rgb[i] = (Math.floor(i / 3) % 2) * 255
    const kept = sharp.rgb.slice()
    const copy = privateCopy(sharp, [PERSON], { blurHeads: true })
    const at = (x: number, y: number) => copy.rgb[3 * (y * 160 + x)]
    expect(at(88, 25)).toBe(at(89, 25))
    expect(at(88, 80)).not.toBe(at(89, 80))
    expect(sharp.rgb).toEqual(kept)
  })

  it('is black to the last pixel of a mask of any form, and nowhere else', () => {
    const notched: Privacy['masks'] = [
      [
        [0.1, 0.1],
        [0.5, 0.6],
        [0.9, 0.1],
        [0.7, 0.95],
        [0, 0.9],
      ],
    ]
    const copy = privateCopy(frame(200), [], { masks: notched })
    const [inside, outside] = [0, 200]
    const wrong = Array.from({ length: 160 * 120 }, (_, at) => {
      const point = [((at % 160) + 0.5) / 160, (Math.floor(at / 160) + 0.5) / 120] as const
      const wanted = contains(notched[0]!, [...point]) ? inside : outside
      return copy.rgb[3 * at] === wanted ? [] : [point]
    }).flat()
    // Of pixels that a side of it cuts through nothing is left.
    expect(wrong.filter(([x, y]) => contains(notched[0]!, [x, y]))).toEqual([])
    expect(wrong.length).toBeLessThan(4 * 120)
  })
})

describe('pictures of the past', () => {
  it('are few, and go back for as long as a stall stays', () => {
    const recent = new RecentPictures()
    const at = (second: number) => START + second * 1_000
    for (let second = 0; second < 3_600; second += 5) recent.add({ at: at(second), jpeg: new Uint8Array() })
    for (const ago of [10, 60, 360, 1_200]) {
      const picture = recent.before(at(3_600 - ago))
      expect((at(3_600 - ago) - (picture?.at ?? 0)) / 1_000).toBeLessThan(2.5 * ago)
    }
    expect(recent.before(at(0))).toBeUndefined()
  })

  it('forget what a clock took that was ahead', () => {
    const recent = new RecentPictures()
    recent.add({ at: START + 86_400_000, jpeg: new Uint8Array() })
    recent.add({ at: START, jpeg: new Uint8Array() })
    expect(recent.newestAt).toBe(START)
  })
})
