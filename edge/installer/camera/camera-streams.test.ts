import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { streamsOf } from './camera-streams.ts'

const SIMULATOR = new URL('../../../simulators/bin/ganzhi-sim.mjs', import.meta.url).pathname
const login = { username: 'admin', password: 'pw:x' }

test('a camera tells its streams to who has a login, and to others that they have none', async () => {
  const options = '--port 0 --http-port 0 --cameras 1 --user admin --password pw:x'.split(' ')
  const simulator = spawn(process.execPath, [SIMULATOR, 'camera', ...options], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  try {
    const [line] = await Array.fromAsync(firstLine(simulator.stdout))
    const { httpPort, cameras } = JSON.parse(line ?? '') as {
      httpPort: number
      cameras: readonly { main: string; sub: string; onvif: string }[]
    }
    const [{ main, sub, onvif }] = cameras as [(typeof cameras)[number]]
    const camera = { host: '127.0.0.1', port: httpPort, path: new URL(onvif).pathname }

    const { streams } = await streamsOf(camera, login)
    expect(streams?.map(({ url }) => url)).toEqual([main, sub])
    expect(streams?.[0]).toMatchObject({ codec: 'H264', snapshot: expect.stringContaining('http') as string })

    const refused = await streamsOf(camera, { ...login, password: 'wrong' })
    expect(refused.streams).toBeUndefined()
    expect(refused.trouble).toMatch(/\w/)
  } finally {
    simulator.kill('SIGKILL')
  }
})

async function* firstLine(stream: NodeJS.ReadableStream) {
  for await (const line of createInterface({ input: stream })) {
    yield line
    return
  }
}
