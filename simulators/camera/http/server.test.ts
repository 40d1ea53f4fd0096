import { loadImage } from '@napi-rs/canvas'
import { afterEach, expect, test } from 'vitest'
import { parseFault } from '../fault.ts'
import { SIZE, testSite } from '../test-site.ts'

type Options = Parameters<typeof testSite>[0]
let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

async function aCamera(options?: Options) {
  const { site, faults } = await testSite(options)
  stack.use(site)
  return { site, faults, ...site.addressesOf(1), base: `http://127.0.0.1:${site.http.port}` }
}

test('a snapshot is a JPEG as large as the main stream', async () => {
  const { snapshot } = await aCamera()
  const response = await fetch(snapshot)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  expect(await loadImage(await response.arrayBuffer())).toMatchObject({ width: 128, height: 96 })
})

test('a stream of JPEGs names the length of each', async () => {
  const { mjpeg } = await aCamera()
  const response = await fetch(mjpeg)
  const boundary = /^multipart\/x-mixed-replace; boundary=(\w+)$/.exec(
    response.headers.get('content-type') ?? '',
  )?.[1]
  let received = Buffer.alloc(0)
  for await (const chunk of response.body!) {
    received = Buffer.concat([received, chunk])
    if (received.toString('latin1').split(`--${boundary}`).length > 3) break
  }
  const [, length = 0] = /Content-Length: (\d+)/.exec(received.toString('latin1')) ?? []
  const begin = received.indexOf('\r\n\r\n') + 4
  const jpeg = received.subarray(begin, begin + Number(length))
  expect(await loadImage(jpeg)).toMatchObject(SIZE)
})

test('pictures are only got', async () => {
  const { snapshot, mjpeg } = await aCamera()
  expect((await fetch(snapshot, { method: 'POST' })).status).toBe(405)
  expect((await fetch(mjpeg, { method: 'HEAD' })).status).toBe(405)
})

test("the first camera's paths need no number", async () => {
  const { base } = await aCamera()
  expect((await fetch(`${base}/snapshot.jpg?x=1`)).status).toBe(200)
})

test.each(['/', '/cam3/snapshot.jpg', '/cam1/snapshot', '/cam1/main', '/%ff', '/cam1/onvif/../..'])(
  'nothing is found at %s',
  async (path) => {
    const { base } = await aCamera()
    expect((await fetch(base + path)).status).toBe(404)
  },
)

test('who is not known is asked for name and password', async () => {
  const { snapshot } = await aCamera({ credentials: { user: 'a', password: 'b' }, schemes: 'both' })
  const asking = await fetch(snapshot)
  expect([asking.status, asking.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringMatching(/Digest .*Basic/),
  ])
  const as = (text: string) => ({
    headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
  })
  expect((await fetch(snapshot, as('a:b'))).status).toBe(200)
  expect((await fetch(snapshot, as('a:c'))).status).toBe(401)
})

test.each([
  ['type', 200, 'text/plain', true],
  ['page', 200, 'text/html', false],
  ['password', 401, null, false],
  ['truncate', 200, 'image/jpeg', true],
])('with the fault "%s" it answers %i, %s', async (fault, status, type, jpeg) => {
  const { snapshot, faults } = await aCamera()
  faults.add(parseFault(`${fault} camera=1 stream=snapshot`))
  const response = await fetch(snapshot)
  expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
  const bytes = Buffer.from(await response.arrayBuffer())
  expect([
    bytes.subarray(0, 2).toString('hex') === 'ffd8',
    bytes.subarray(-2).toString('hex') === 'ffd9',
  ]).toEqual([jpeg, fault === 'type'])
})

test('"close" hangs up, "hang" and "stall" never answer', async () => {
  const { snapshot, faults } = await aCamera()
  faults.add(parseFault('close times=1'))
  await expect(fetch(snapshot)).rejects.toThrow(/fetch failed/)
  for (const fault of ['hang', 'stall']) {
    faults.add(parseFault(fault))
    await expect(fetch(snapshot, { signal: AbortSignal.timeout(700) })).rejects.toThrow(/timeout/)
    faults.clear()
  }
  expect((await fetch(snapshot)).status).toBe(200)
})

test('its ports go, and come back', async () => {
  const { site, snapshot } = await aCamera()
  const back = site.http.restart(200)
  await expect
    .poll(() =>
      fetch(snapshot).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone')
  await back
  expect((await fetch(snapshot)).status).toBe(200)
})
