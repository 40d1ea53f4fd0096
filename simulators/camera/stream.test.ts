import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseFault } from './fault.ts'
import { decoded, type DecodedPicture } from './decoded.ts'
import type { Picture } from './stream.ts'
import { SIZE, testSite } from './test-site.ts'

type Site = Awaited<ReturnType<typeof testSite>>
let site: Site['site']
let faults: Site['faults']
let seen: Picture[]
let hungUp: boolean

beforeEach(async () => {
  ;({ site, faults } = await testSite())
  seen = []
  hungUp = false
})
afterEach(() => site[Symbol.asyncDispose]())

const viewer = { see: (picture: Picture) => void seen.push(picture), hangUp: () => void (hungUp = true) }
const stream = (name: 'sub' | 'mjpeg' = 'sub') => site.cameras[0]!.streams[name]

async function afterPictures(count: number): Promise<Picture[]> {
  const before = seen.length
  await expect.poll(() => seen.length).toBeGreaterThanOrEqual(before + count)
  return seen.slice(before, before + count)
}

/** What follows once a fault shows, from the first key picture on. */
async function picturesWith(line: string, count: number): Promise<DecodedPicture[]> {
  stream().watch(viewer)
  await afterPictures(1)
  faults.add(parseFault(line))
  await afterPictures(1)
  const from = seen.length
  await expect.poll(() => seen.slice(from).findIndex(({ key }) => key)).toBeGreaterThanOrEqual(0)
  await afterPictures(count)
  const begin = seen.findIndex(({ key }, i) => i >= from && key)
  return await decoded(seen.slice(begin, begin + count))
}

test('pictures come from a key picture on, evenly in time, and differ as things move', async () => {
  stream().watch(viewer)
  const pictures = await afterPictures(12)
  expect(pictures[0]?.key).toBe(true)
  expect(pictures.slice(1).map(({ at }, i) => Math.round(at - pictures[i]!.at))).toEqual(Array(11).fill(100))
  const shown = await decoded(pictures)
  expect(shown.map(({ width, height }) => ({ width, height }))).toEqual(Array(12).fill(SIZE))
  expect(shown[0]!.grey.equals(shown[11]!.grey)).toBe(false)
})

test('two viewers see the same pictures at the same time', async () => {
  const also: Picture[] = []
  stream().watch(viewer)
  stream().watch({ ...viewer, see: (picture) => void also.push(picture) })
  await afterPictures(3)
  expect(also).toEqual(seen)
})

test('who comes later sees from the next key picture on', async () => {
  stream().watch(viewer)
  await afterPictures(2)
  const also: Picture[] = []
  stream().watch({ ...viewer, see: (picture) => void also.push(picture) })
  await expect.poll(() => also.length).toBeGreaterThan(2)
  expect(also.map(({ key }) => key).slice(0, 2)).toEqual([true, false])
})

test('a viewer that has gone sees no more', async () => {
  const watching = stream().watch(viewer)
  const also: Picture[] = []
  stream().watch({ ...viewer, see: (picture) => void also.push(picture) })
  await afterPictures(1)
  watching[Symbol.dispose]()
  const { length } = seen
  await expect.poll(() => also.length).toBeGreaterThan(length + 2)
  expect(seen).toHaveLength(length)
})

test('of a film that is whole the picture that is due is there at once', async () => {
  let at = Date.now()
  await using clocked = (await testSite({ now: () => at })).site
  const { mjpeg } = clocked.cameras[0]!.streams
  await mjpeg.whole()
  at += 60_000
  mjpeg.watch(viewer)
  expect(seen).toHaveLength(1)
})

test('black pictures are black', async () => {
  const shown = await picturesWith('black', 5)
  expect(shown.every(({ grey }) => grey.every((value) => value < 24))).toBe(true)
})

test('a frozen picture stays the same', async () => {
  const shown = await picturesWith('frozen', 8)
  const differences = shown.map(({ grey }) =>
    Math.max(...grey.map((value, i) => Math.abs(value - shown[0]!.grey[i]!))),
  )
  expect(Math.max(...differences)).toBeLessThan(24)
})

test('the resolution changes within the stream', async () => {
  const [first] = await picturesWith('resolution', 2)
  expect(first).toMatchObject({ width: SIZE.width / 2, height: SIZE.height / 2 })
})

test('a stall is a gap, after which the film goes on from a key picture', async () => {
  stream().watch(viewer)
  await afterPictures(1)
  faults.add(parseFault('stall times=5'))
  await afterPictures(15)
  const gap = seen.findIndex(({ at }, i) => i > 0 && at - seen[i - 1]!.at > 150)
  expect(seen[gap]?.key).toBe(true)
  expect(seen[gap]!.at - seen[gap - 1]!.at).toBeGreaterThan(500)
})

test('pictures with garbage are as long as before but other bytes; truncated ones are half as long', async () => {
  stream('mjpeg').watch(viewer)
  await afterPictures(1)
  const loop = 20
  const good = await afterPictures(loop)
  const jpegOf = ({ parts }: Picture) => Buffer.concat(parts)
  const same = (picture: Picture) => jpegOf(good.find(({ at }) => (picture.at - at) % (loop * 100) === 0)!)
  faults.add(parseFault('garbage times=1'))
  const spoilt = (await afterPictures(3)).filter((each) => !jpegOf(each).equals(same(each)))
  expect(spoilt).toHaveLength(1)
  expect(jpegOf(spoilt[0]!)).toHaveLength(same(spoilt[0]!).length)
  faults.add(parseFault('truncate times=1'))
  const cut = (await afterPictures(3)).filter((each) => !jpegOf(each).equals(same(each)))
  expect(cut.map((each) => jpegOf(each).length)).toEqual(cut.map((each) => Math.ceil(same(each).length / 2)))
  expect(cut).toHaveLength(1)
})

test('a slow camera shows everything, later', async () => {
  stream('mjpeg').watch(viewer)
  await afterPictures(1)
  faults.add(parseFault('slow ms=500'))
  await afterPictures(8)
  expect(Date.now() - seen.at(-1)!.at).toBeGreaterThan(490)
  expect(seen.slice(1).every(({ at }, i) => at > seen[i]!.at)).toBe(true)
})

test('"close" hangs up on its viewers, of the camera and stream it names', async () => {
  stream().watch(viewer)
  faults.add(parseFault('close camera=2'))
  faults.add(parseFault('close stream=main'))
  await afterPictures(2)
  expect(hungUp).toBe(false)
  faults.add(parseFault('close camera=1 stream=sub'))
  await expect.poll(() => hungUp).toBe(true)
})

test.each(['explode', 'stall camera=0', 'stall stream=third', 'slow ms=-1', 'stall p=2'])(
  '"%s" is not a fault',
  (line) => {
    expect(() => parseFault(line)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  },
)
