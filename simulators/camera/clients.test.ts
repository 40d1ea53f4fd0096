import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { testSite } from './test-site.ts'

const run = promisify(execFile)
const credentials = { user: '操作员', password: 'p:w"d 1' }
let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

async function addressesOf(camera: number, options?: Parameters<typeof testSite>[0]) {
  const { site } = await testSite(options)
  stack.use(site)
  return site.addressesOf(camera)
}

/** The first pictures as ffmpeg decodes them, one line each. */
async function picturesBy(transport: 'tcp' | 'udp', address: string): Promise<string[]> {
  const analysis = '-analyzeduration 500000 -probesize 500000'
  const args = `-v error ${analysis} -rtsp_transport ${transport} -i ${address} -frames:v 10 -f framemd5 -`
  const { stdout } = await run('ffmpeg', args.split(' '), { timeout: 30_000 })
  return stdout.split('\n').filter((line) => /^\d/.test(line))
}

function withUser(address: string, user: string, password: string): string {
  return address.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`)
}

test.each(['tcp', 'udp'] as const)('ffmpeg plays a stream over %s', async (transport) => {
  const { sub } = await addressesOf(2)
  expect(await picturesBy(transport, sub)).toHaveLength(10)
})

test('ffprobe finds what the main stream is', async () => {
  const { main } = await addressesOf(1)
  const show = 'stream=codec_name,width,height,avg_frame_rate'
  const args = `-v error -rtsp_transport tcp -show_entries ${show} -of csv=p=0 ${main}`
  const { stdout } = await run('ffprobe', args.split(' '), { timeout: 30_000 })
  expect(stdout.trim()).toBe('h264,128,96,10/1')
})

test.each(['basic', 'digest', 'both'] as const)('ffmpeg proves who it is by %s', async (schemes) => {
  const { sub } = await addressesOf(1, { credentials, schemes })
  const { user, password } = credentials
  expect(await picturesBy('tcp', withUser(sub, user, password))).toHaveLength(10)
  await expect(picturesBy('tcp', withUser(sub, user, 'wrong'))).rejects.toThrow(/401/)
})

test('ffmpeg plays the JPEGs', async () => {
  const { mjpeg } = await addressesOf(1)
  const { stdout } = await run('ffmpeg', `-v fatal -i ${mjpeg} -frames:v 5 -f framemd5 -`.split(' '))
  expect(stdout.split('\n').filter((line) => /^\d/.test(line))).toHaveLength(5)
})

const GSTREAMER = `
import sys, gi
gi.require_version('Gst', '1.0')
from gi.repository import Gst
Gst.init(None)
if not all(Gst.ElementFactory.find(name) for name in ('rtspsrc', 'rtph264depay')): sys.exit('no rtspsrc')
if len(sys.argv) == 1: sys.exit()
source = f'rtspsrc location={sys.argv[1]} protocols={sys.argv[2]} latency=0'
pipeline = Gst.parse_launch(source + ' ! rtph264depay ! fakesink num-buffers=8 sync=false')
pipeline.set_state(Gst.State.PLAYING)
message = pipeline.get_bus().timed_pop_filtered(20 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
if message is None or message.type == Gst.MessageType.ERROR: sys.exit(str(message and message.parse_error()))
pipeline.set_state(Gst.State.NULL)
`
const PYTHON = '/usr/bin/python3'
const gstreamer = spawnSync(PYTHON, ['-c', GSTREAMER]).status === 0

beforeAll(() => {
  if (!gstreamer) {
    process.stderr.write(
      'GStreamer is not tried as a client: apt-get install python3-gi gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-good\n',
    )
  }
})

test.skipIf(!gstreamer).each(['tcp', 'udp'])('GStreamer plays a stream over %s', async (transport) => {
  const { sub } = await addressesOf(1)
  await expect(run(PYTHON, ['-c', GSTREAMER, sub, transport])).resolves.toBeDefined()
})
