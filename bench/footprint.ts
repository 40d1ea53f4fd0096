import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { growthOf, medianOfQuarter } from './growth.ts'
import { scratchFolder } from './lab/lab.ts'
import { residentMb } from './lab/process-use.ts'
import { startRole } from './lab/role.ts'
import { type Bench, rounded } from './result.ts'

/** Nine points each, read every second: 1,125 points/s. */
const DEVICES = 125
const PROFILES = ['ganzhi/pump-well', 'ganzhi/air-station'] as const
const EXTRA_MB = 80
const GROWTH = 1.05

/** The agent's memory while it reads real sockets and has no uplink: how much, and does it stay? */
export const footprint: Bench = async ({ minutes, say, signal }) => {
  await using scratch = await scratchFolder()
  const port = await freePort()
  await using _devices = await startRole(
    ['simulators/main.ts', 'modbus', '--port', `${port}`, '--seed', '1', '--devices', `${DEVICES}`],
    { env: {}, log: join(scratch.dir, 'devices.log') },
  )
  const config = join(scratch.dir, 'gateway.json')
  await writeFile(config, JSON.stringify(gatewayConfig(scratch.dir, port, await freePort())))
  const command = ['edge/bin/ganzhi-edge.mjs', 'run', '--config', config]
  const options = { env: {}, log: join(scratch.dir, 'edge.log') }
  {
    // As on any gateway but at its very first start: what is in Node's compile cache needs no type stripper.
    await using _first = await startRole(command, options)
  }
  await using agent = await startRole(command, options)
  const bare = await bareNodeMb()
  const seconds = Math.round(minutes * 60)
  const samples: number[] = []
  for (let second = 0; second < seconds; second++) {
    await pause(1000, undefined, { signal })
    samples.push(await residentMb(agent.pid))
    if (second % 60 === 59)
      say(`${(second + 1) / 60} min: ${Math.round(samples.at(-1) ?? 0)} MB, bare Node ${Math.round(bare)} MB`)
  }
  const growth = growthOf(samples)
  const settled = medianOfQuarter(4, samples)
  const extra = settled - bare
  return {
    value: rounded(settled),
    yardstick: rounded(bare),
    ratio: rounded(growth),
    mark: GROWTH,
    ok: growth <= GROWTH && extra <= EXTRA_MB,
    minutes,
    pointsASecond: DEVICES * 9,
    extraMb: rounded(extra),
    extraMark: EXTRA_MB,
  }
}

function gatewayConfig(data: string, devices: number, nobody: number): object {
  return {
    gateway: 'footprint',
    nats: { servers: [`nats://127.0.0.1:${nobody}`] },
    data,
    links: [
      {
        id: 'bus',
        driver: 'modbus',
        connection: { host: '127.0.0.1', port: devices },
        devices: Array.from({ length: DEVICES }, (_, i) => ({
          id: `device-${i + 1}`,
          profile: PROFILES[(i + 1) % 2],
          unit: i + 1,
          intervalMs: 1000,
        })),
      },
    ],
  }
}

async function bareNodeMb(): Promise<number> {
  const node = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(node.stdout, 'data')
  await pause(2000)
  const resident = await residentMb(node.pid ?? 0)
  node.kill()
  return resident
}
