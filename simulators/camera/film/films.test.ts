import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decoded } from '../decoded.ts'
import type { CodedPicture } from './access-units.ts'
import { clipFilm } from './clip.ts'
import { type Film, paintedFilm, type Size } from './film.ts'
import { loadPhotos, photoFilm } from './photos.ts'
import { record, type Reel } from './reel.ts'
import { streetFilm } from './street.ts'

const size = { width: 64, height: 48 }
const log = pino({ enabled: false })
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'films-'))
  await writeFile(join(folder, 'b.png'), plain('#ffffff', 30, 30))
  await writeFile(join(folder, 'a.png'), plain('#808080', 64, 48))
  await writeFile(join(folder, 'notes.txt'), 'no picture')
  // A second of black, then two of white.
  const black = 'color=black:size=64x48:rate=10:duration=1[a]'
  const white = 'color=white:size=64x48:rate=10:duration=2[b]'
  const args = ['-v', 'error', '-filter_complex', `${black};${white};[a][b]concat`, join(folder, 'clip.mp4')]
  execFileSync('ffmpeg', args)
})
afterAll(() => rm(folder, { recursive: true }))

function plain(colour: string, width: number, height: number): Buffer {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = colour
  context.fillRect(0, 0, width, height)
  return canvas.toBuffer('image/png')
}

function recording(film: Film, from = 0, count = film.seconds * 10, repeat = 1): Reel {
  const take = { size, fps: 10, from, count }
  return record({ film, take, repeat, codec: 'h264', noise: 0, seed: 1, log })
}

async function recorded(
  film: Film,
  { from = 0, count = film.seconds * 10, repeat = 1 } = {},
): Promise<CodedPicture[]> {
  await using reel = recording(film, from, count, repeat)
  await reel.whole
  return Array.from({ length: count * repeat }, (_, i) => reel.at(i)).filter((each) => each !== undefined)
}

/** Of each picture its middle and its left edge: white, grey or black. */
async function shades(pictures: readonly CodedPicture[]): Promise<string[]> {
  const shade = (value = -1) => (value > 192 ? 'w' : value > 64 ? 'g' : 'b')
  const shown = await decoded(pictures)
  return shown.map(({ grey, width }) => shade(grey[24 * width + 32]) + shade(grey[24 * width + 1]))
}

test('photographs of a folder come in the order of their names, each for its time, whole', async () => {
  const film = photoFilm(await loadPhotos([folder]), 1)
  expect([film.title, film.seconds]).toEqual(['a.png b.png', 2])
  const seen = await shades(await recorded(film))
  expect(seen.slice(0, 10)).toEqual(Array(10).fill('gg'))
  // Square on 4:3, it has black on both sides.
  expect(seen.slice(10)).toEqual(Array(10).fill('wb'))
})

test('a clip is played from where it is asked for, and on from its beginning', async () => {
  const film = await clipFilm(join(folder, 'clip.mp4'), 20)
  expect(film.seconds).toBe(3)
  const seen = await shades(await recorded(film, { from: 20 }))
  expect(seen.join('')).toBe('w'.repeat(20) + 'b'.repeat(20) + 'w'.repeat(20))
})

test('one picture of a film can be held', async () => {
  const film = await clipFilm(join(folder, 'clip.mp4'), 20)
  const seen = await shades(await recorded(film, { from: 25, count: 1, repeat: 10 }))
  expect(seen).toEqual(Array(10).fill('ww'))
})

async function streetPicture(film: Film, pixels: Size, from: number): Promise<Buffer> {
  const { pictures } = film.input({ size: pixels, fps: 10, from, count: 1 })
  for await (const picture of pictures?.() ?? []) return picture
  return Buffer.alloc(0)
}

test('a street is the same for the same seed, and another for another', async () => {
  const pictureOf = (seed: number) => streetPicture(streetFilm(seed, 20, 4), size, 3)
  const [one, again, other] = await Promise.all([pictureOf(1), pictureOf(1), pictureOf(2)])
  expect(one).toHaveLength(64 * 48 * 3)
  expect(one.equals(again)).toBe(true)
  expect(one.equals(other)).toBe(false)
})

test('where people are said to be, the street differs from an empty one', async () => {
  const large = { width: 320, height: 180 }
  const full = streetFilm(1, 20, 5)
  const [withPeople, empty] = await Promise.all([
    streetPicture(full, large, 40),
    streetPicture(streetFilm(1, 20, 0), large, 0),
  ])
  const boxes = full.peopleAt?.(4_000, large) ?? []
  const changed = boxes.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => {
    let differing = 0
    for (let y = y1; y < y2; y++) {
      for (let x = x1; x < x2; x++) {
        const at = 3 * (y * large.width + x)
        if (withPeople.readUIntBE(at, 3) !== empty.readUIntBE(at, 3)) differing += 1
      }
    }
    return differing / ((x2 - x1) * (y2 - y1))
  })
  expect(boxes.length).toBeGreaterThan(0)
  expect(Math.min(...changed)).toBeGreaterThan(0.3)
})

test('a clip that ffmpeg can no longer read gives an error, not silence', async () => {
  const film = await clipFilm(join(folder, 'clip.mp4'), 20)
  await rm(join(folder, 'clip.mp4'))
  await using reel = recording(film)
  await expect(reel.first).rejects.toMatchObject({ code: 'no-pictures' })
})

test('a film of which a part can not be painted is not whole', async () => {
  const film = paintedFilm({
    title: 'torn',
    seconds: 2,
    sceneAt: (ms) => ms,
    paint(_context, _size, ms) {
      if (ms >= 1_000) throw new Error('the film is torn')
    },
  })
  await using reel = recording(film)
  await expect(reel.whole).rejects.toMatchObject({
    code: 'no-pictures',
    message: expect.stringContaining('the film is torn') as string,
  })
})
