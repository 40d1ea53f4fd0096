import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface LineDevice extends AsyncDisposable {
  readonly port: number
  readonly values: Map<string, string>
  silent: boolean
  /** Sets a value as the world would, and tells who watches. */
  change(name: string, value: string): void
  stop(): Promise<void>
}

/** The other end, for tests. It shares nothing with the codec: what both got wrong would else go unseen. */
export async function lineDevice(values: Record<string, string>): Promise<LineDevice> {
  const sockets = new Set<Socket>()
  const watchers = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      if (device.silent) return
      for (const line of chunk.toString().trim().split('\n')) socket.write(`${reply(line, socket)}\n`)
    })
  })

  function reply(line: string, socket: Socket): string {
    const [verb = '', name = '', value = ''] = line.split(' ')
    if (verb === 'LIST') return ['LIST', ...device.values.keys()].join(' ')
    if (!device.values.has(name)) return `${name} !unknown`
    if (verb === 'SET') device.values.set(name, value)
    if (verb === 'WATCH') watchers.add(socket)
    return `${name} ${device.values.get(name)}`
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const device: LineDevice = {
    port: (server.address() as AddressInfo).port,
    values: new Map(Object.entries(values)),
    silent: false,
    change(name, value) {
      device.values.set(name, value)
      for (const socket of watchers) socket.write(`* ${name} ${value}\n`)
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
    [Symbol.asyncDispose]: () => device.stop(),
  }
  return device
}
