import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { pointTableOf, randomFrom, walk } from './lab/city.ts'
import { startGateway } from './lab/gateway.ts'
import { startIngest, untilStored } from './lab/ingest-role.ts'
import { openLab } from './lab/lab.ts'
import { type Bench, rounded } from './result.ts'

const POINTS = 1000
const BATCHES = 300
const BYTES_A_DOUBLE = 8

/** Bytes that the gateway sends for a sample: everything on its TCP connection counts, acknowledged and receipted. */
export const uplink: Bench = async ({ say, signal }) => {
  await using lab = await openLab({ timescale: false })
  await using _ingest = await startIngest(lab)
  await using counter = await countingProxy(Number(new URL(lab.natsUrl).port))
  const table = pointTableOf('uplink', POINTS)
  await using gateway = await startGateway({
    dir: lab.dir,
    name: 'uplink',
    natsUrl: `nats://127.0.0.1:${counter.port}`,
    table,
  })
  const random = randomFrom(7)
  const values = Int32Array.from({ length: POINTS }, () => Math.floor(random() * 10_000))
  const start = Date.now() - BATCHES * 1000
  for (let batch = 0; batch < BATCHES; batch++) {
    signal.throwIfAborted()
    walk(values, random)
    await gateway.submit(start + batch * 1000, values)
  }
  await untilStored(lab, BATCHES)
  const value = counter.bytes() / (POINTS * BATCHES)
  say(`${counter.bytes()} bytes for ${POINTS * BATCHES} samples`)
  const ratio = value / BYTES_A_DOUBLE
  return {
    value: rounded(value),
    yardstick: BYTES_A_DOUBLE,
    ratio: rounded(ratio),
    mark: 0.5,
    ok: ratio <= 0.5,
  }
}

async function countingProxy(target: number): Promise<AsyncDisposable & { port: number; bytes(): number }> {
  let sent = 0
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    client.on('data', (chunk) => (sent += chunk.length))
    client.pipe(upstream).pipe(client)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => sent,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}
