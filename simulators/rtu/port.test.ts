import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { constants, createReadStream } from 'node:fs'
import { mkdtemp, open, readlink, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Receive } from './bus.ts'
import { ptyPort, tcpPort } from './port.ts'

const run = promisify(execFile)
const echo: Receive = (chunk, say) => say(chunk)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'port-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Every byte there is, which a terminal would change, echo or take for a command. */
const ALL = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

async function saidBack(path: string): Promise<string> {
  await using file = await open(path, constants.O_RDWR | constants.O_NOCTTY)
  await file.write(ALL)
  const stream = createReadStream('', { fd: file.fd, autoClose: false, highWaterMark: 256 })
  let back = ''
  for await (const chunk of stream) {
    back += (chunk as Buffer).toString('hex')
    if (back.length >= ALL.length * 2) break
  }
  return back
}

test('every byte passes a pty both ways as it is, and it tells the baud rate that its client has set', async () => {
  await using port = await ptyPort(join(folder, 'tty'), echo)
  await run('stty', ['-F', join(folder, 'tty'), '19200', '-onlcr', '-opost'])
  expect(await saidBack(join(folder, 'tty'))).toBe(ALL.toString('hex'))
  expect(await port.baudRate?.()).toBe(19_200)
})

test('a pty that vanished is back under the same link', async () => {
  await using port = await ptyPort(join(folder, 'tty'), echo)
  const before = await readlink(join(folder, 'tty'))
  await using file = await open(before, constants.O_RDWR | constants.O_NOCTTY)
  await port.vanish(1)
  await expect(file.write('x')).rejects.toThrow(/EIO/)
  expect(await saidBack(join(folder, 'tty'))).toBe(ALL.toString('hex'))
})

test('a serial server on TCP is back on the same port', async () => {
  await using port = await tcpPort('127.0.0.1', 0, echo)
  await port.vanish(1)
  const socket = createConnection(Number(port.address['port']), '127.0.0.1')
  socket.write('abc')
  const [back] = (await once(socket, 'data')) as [Buffer]
  expect(back.toString()).toBe('abc')
  socket.destroy()
})
