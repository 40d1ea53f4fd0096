import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

let garden: AsyncDisposableStack
let proxy: FaultProxy
let serverPort: number
/** What arrived at the server, which sends all of it back. */
let arrived: Buffer[]
let served: Socket[]

beforeEach(async () => {
  garden = new AsyncDisposableStack()
  arrived = []
  served = []
  const echo = createServer((socket) => {
    served.push(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      arrived.push(chunk)
      socket.write(chunk)
    })
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  garden.defer(async () => {
    for (const socket of served) socket.destroy()
    echo.close()
  })
  serverPort = (echo.address() as AddressInfo).port
  proxy = garden.use(await startFaultProxy({ target: { port: serverPort } }))
})

afterEach(() => garden.disposeAsync())

interface Client {
  readonly socket: Socket
  readonly heard: () => string
  readonly ended: () => string | undefined
}

async function aClient(port = proxy.port): Promise<Client> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  let ended: string | undefined
  socket.on('data', (chunk) => (heard += chunk.toString()))
  socket.on('error', (error: NodeJS.ErrnoException) => (ended = error.code))
  socket.on('close', () => (ended ??= 'closed'))
  garden.defer(() => void socket.destroy())
  await Promise.race([once(socket, 'connect').catch(() => {}), once(socket, 'close').catch(() => {})])
  return { socket, heard: () => heard, ended: () => ended }
}

/** Both directions of a fresh exchange have come through. */
async function exchange(client: Client, text: string): Promise<void> {
  client.socket.write(text)
  await vi.waitFor(() => expect(client.heard().endsWith(text)).toBe(true), { timeout: 10_000, interval: 2 })
}

test('forwards both ways and passes on the end', async () => {
  const client = await aClient()
  await exchange(client, 'hello')
  client.socket.end()
  await vi.waitFor(() => expect(client.ended()).toBe('closed'))
  await vi.waitFor(() => expect(proxy.open).toBe(0))
})

test('resets present connections and lets new ones through', async () => {
  const client = await aClient()
  await exchange(client, 'hello')
  proxy.reset()
  await vi.waitFor(() => expect(client.ended()).toBe('ECONNRESET'))
  await exchange(await aClient(), 'again')
  expect(proxy.made).toBe(2)
})

test('refuses new connections until told otherwise', async () => {
  proxy.refuse(true)
  const client = await aClient()
  await vi.waitFor(() => expect(client.ended()).toBe('ECONNRESET'))
  proxy.refuse(false)
  await exchange(await aClient(), 'hello')
})

test('a stall holds everything back and loses nothing', async () => {
  const [stalled, direct] = [await aClient(), await aClient(serverPort)]
  await exchange(stalled, 'a')
  proxy.stall(true)
  const text = 'b'.repeat(100_000)
  stalled.socket.write(text)
  for (const lap of ['c', 'd', 'e']) await exchange(direct, lap)
  expect(Buffer.concat(arrived).toString()).toBe('acde')
  proxy.stall(false)
  await vi.waitFor(() => expect(stalled.heard()).toBe(`a${text}`))
})

test('a half-open connection swallows everything and never ends, while a new one works', async () => {
  const zombie = await aClient()
  await exchange(zombie, 'a')
  proxy.halfOpen()
  zombie.socket.write('b')
  served[0]?.write('c')
  served[0]?.end()
  await exchange(await aClient(), 'sound')
  expect(zombie.heard()).toBe('a')
  expect(zombie.ended()).toBeUndefined()
  expect(Buffer.concat(arrived).toString()).toBe('asound')
})

test('drops one direction only', async () => {
  const client = await aClient()
  proxy.drop('to-client')
  client.socket.write('asked')
  await vi.waitFor(() => expect(Buffer.concat(arrived).toString()).toBe('asked'))
  proxy.drop(undefined)
  await exchange(await aClient(), 'sound')
  expect(client.heard()).toBe('')
})

test('slices into small pieces that add up', async () => {
  proxy.slice(3)
  const client = await aClient()
  const text = 'x'.repeat(5_000)
  await exchange(client, text)
  expect(client.heard()).toBe(text)
  expect(arrived.length).toBeGreaterThan(1)
})

test('latency delays and keeps the order, even while it changes', async () => {
  const [client, direct] = [await aClient(), await aClient(serverPort)]
  proxy.latency(1_000)
  client.socket.write('1')
  await vi.waitFor(() => expect(Buffer.concat(arrived).toString()).toBe('1'), { timeout: 10_000 })
  // By now its echo is in the proxy.
  for (const lap of ['a', 'b', 'c']) await exchange(direct, lap)
  expect(client.heard()).toBe('')
  proxy.latency(0)
  await exchange(client, '2')
  expect(client.heard()).toBe('12')
})
