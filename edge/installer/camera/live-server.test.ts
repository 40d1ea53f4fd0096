import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { serveLive } from './live-server.ts'

async function served(jpeg: Buffer) {
  const stop = new AbortController()
  let asked = 0
  const picture = async () => {
    asked += 1
    await setImmediate()
    return jpeg
  }
  const server = await serveLive({ camera: 'gate', picture, host: '127.0.0.1', port: 0, signal: stop.signal })
  return { server, asked: () => asked, stop }
}

async function open(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage]
  return response
}

test('a browser is given a page, and in it one picture after the other', async () => {
  const { server } = await served(Buffer.from('first picture'))
  await using _ = server
  expect(await (await fetch(server.url)).text()).toContain('<img src="live.mjpeg"')
  const film = await open(`${server.url}live.mjpeg`)
  expect(film.headers['content-type']).toMatch(/^multipart\/x-mixed-replace; boundary=/)
  let text = ''
  for await (const chunk of film) {
    text += String(chunk)
    if (text.split('first picture').length > 3) break
  }
  expect(text).toContain('Content-Type: image/jpeg\r\nContent-Length: 13\r\n\r\nfirst picture\r\n')
})

test('nothing is asked for while nobody looks, nor for a viewer who does not take what he was sent', async () => {
  const { server, asked } = await served(Buffer.alloc(1_000_000))
  await using _ = server
  await fetch(server.url).then((response) => response.text())
  expect(asked()).toBe(0)
  const film = await open(`${server.url}live.mjpeg`)
  film.pause()
  let before = -1
  await expect
    .poll(() => [before === asked(), (before = asked())][0], { interval: 500, timeout: 20_000 })
    .toBe(true)
  expect(asked()).toBeGreaterThan(0)
  expect(asked()).toBeLessThan(50)
  const other = await open(`${server.url}live.mjpeg`)
  const [chunk] = (await once(other, 'data')) as [Buffer]
  expect(chunk.length).toBeGreaterThan(0)
})

test('who does not know the address sees nothing', async () => {
  const { server } = await served(Buffer.from('picture'))
  await using _ = server
  for (const path of ['/', '/live.mjpeg', '/live', '/x/live.mjpeg']) {
    expect((await fetch(new URL(path, server.url))).status).toBe(404)
  }
})
