import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openRelay } from './relay.ts'

async function echo() {
  const server = createServer((socket) => void socket.pipe(socket).on('error', () => socket.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}

async function said(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  return bytes.toString()
}

test('bytes go through both ways, break off when the link goes, and go through again when it is back', async () => {
  await using server = await echo()
  const host = '127.0.0.1'
  await using relay = await openRelay({ host, port: 0 }, { host, port: server.port })

  const first = connect(relay.port, host)
  expect(await said(first, 'hello')).toBe('hello')
  relay.go()
  await once(first, 'close')
  const second = connect(relay.port, host)
  second.on('error', () => undefined)
  await once(second, 'close')

  relay.comeBack()
  const third = connect(relay.port, host)
  expect(await said(third, 'back')).toBe('back')
  third.destroy()
})
