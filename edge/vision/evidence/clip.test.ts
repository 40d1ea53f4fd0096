import { isGanzhiError } from '@ganzhi/contracts/error'
import { drawMarked } from '@ganzhi/models/marked-frame'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeFilm } from './encode-film.ts'
import { LatestPictures } from './latest-pictures.ts'

const run = promisify(execFile)
const { signal } = new AbortController()
let dir: string
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'clip-'))))
afterAll(() => rm(dir, { recursive: true, force: true }))

async function jpegs(count: number, width = 161): Promise<Uint8Array[]> {
  const shades = Array.from({ length: count }, (_, i) => new Uint8Array(3 * width * 121).fill(9 * i))
  return await Promise.all(
    shades.map((rgb) => drawMarked({ width, height: 121, rgb, at: 0 }, { marks: [], lines: [] })),
  )
}

describe('a film', () => {
  it('of JPEGs has all of them, at their rate, as browsers play it', async () => {
    const file = join(dir, 'clip.mp4')
    await writeFile(file, await encodeFilm(await jpegs(20), { ffmpeg: 'ffmpeg', fps: 5, signal }))
    const show = 'stream=codec_name,width,height,pix_fmt,avg_frame_rate,nb_read_frames'
    const { stdout } = await run('ffprobe', [
      ...`-v error -count_frames -show_entries ${show} -of json`.split(' '),
      file,
    ])
    const { streams } = JSON.parse(stdout) as { streams: readonly object[] }
    const size = { width: 160, height: 120 }
    expect(streams).toMatchObject([{ codec_name: 'h264', ...size, pix_fmt: 'yuv420p', nb_read_frames: '20' }])
  })

  it.each([
    ['is missing', '/no/such/ffmpeg'],
    ['fails', '/bin/false'],
    ['does nothing', '/bin/true'],
  ])('is refused with a reason by an ffmpeg that %s', async (_, ffmpeg) => {
    const failed = await encodeFilm(await jpegs(3), { ffmpeg, fps: 5, signal }).catch((err: unknown) => err)
    expect(isGanzhiError(failed) && failed.code).toBe('clip-failed')
  })

  it('is given up when it takes too long', async () => {
    const ffmpeg = join(dir, 'hangs')
    await writeFile(ffmpeg, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
    const late = AbortSignal.timeout(500)
    await expect(encodeFilm(await jpegs(3), { ffmpeg, fps: 5, signal: late })).rejects.toThrow(/timeout/)
  })
})

describe('the latest pictures', () => {
  const picture = (at: number, bytes = 1) => ({ at, jpeg: new Uint8Array(bytes).fill(at / 100) })

  it('show of every moment what was to be seen, also where few were looked at', () => {
    const latest = new LatestPictures(10)
    for (const at of [0, 5_000, 8_000, 8_200, 9_000, 10_000]) latest.add(picture(at))
    const film = latest.film({ from: 7_000, to: 10_000, everyMs: 500 })
    expect(film.map(([first]) => first)).toEqual([80, 82, 90, 90, 100])
  })

  it('take no more memory than they may, and forget what a clock took that was ahead', () => {
    const latest = new LatestPictures(10)
    latest.add(picture(86_400_000))
    for (let at = 0; at < 10_000; at += 100) latest.add(picture(at, 200_000))
    const film = latest.film({ from: 0, to: 9_900, everyMs: 100 })
    expect(new Set(film).size).toBe(41)
    expect(latest.film({ from: 10_000, to: 1e12, everyMs: 100 })).toEqual([])
  })
})
