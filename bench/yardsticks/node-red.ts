import { execFile, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Request } from './libmodbus.ts'

const PACKAGE = {
  private: true,
  dependencies: { 'node-red': '4.1.15', 'node-red-contrib-modbus': '5.60.2' },
  // Its fork of modbus-serial comes from a host of its own, which many networks don't reach: the original from npm.
  overrides: { '@openp4nr/modbus-serial': 'npm:modbus-serial@8.0.25' },
}
const INSTALL_MS = 240_000

/** A request and the points in its reply, as a flow's author would list them. */
export interface FlowRequest extends Request {
  readonly points: readonly {
    readonly id: string
    readonly offset: number
    readonly read: 'readInt16BE' | 'readUInt16BE' | 'readFloatBE' | 'readUInt32BE'
    readonly wordsSwapped: boolean
    readonly scale: number
  }[]
}

/**
 * Samples a second of Node-RED, without a browser, with node-red-contrib-modbus: its flow asks for whole batches, which
 * its author would have had to find, and makes typed values of them. Installed into `dir` for this run.
 */
export async function nodeRedRate(
  dir: string,
  port: number,
  requests: readonly FlowRequest[],
  seconds: number,
): Promise<number> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` }
  await writeFile(join(dir, 'package.json'), JSON.stringify(PACKAGE))
  const install = ['i', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional']
  await promisify(execFile)('npm', install, { cwd: dir, env, timeout: INSTALL_MS })
  await writeFile(join(dir, 'settings.js'), settingsOf(requests, seconds))
  await writeFile(join(dir, 'flow.json'), JSON.stringify(flowOf(port)))
  const nodeRed = spawn(
    process.execPath,
    [join(dir, 'node_modules/node-red/red.js'), '--userDir', dir, 'flow.json'],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    for await (const line of createInterface({ input: nodeRed.stdout })) {
      if (line.includes('[error]')) throw new Error(line)
      if (line.startsWith('{')) return (JSON.parse(line) as { samplesPerSecond: number }).samplesPerSecond
    }
  } finally {
    nodeRed.kill('SIGKILL')
  }
  throw new Error('Node-RED ended without a figure')
}

function settingsOf(requests: readonly FlowRequest[], seconds: number): string {
  return `module.exports = {
    uiPort: 0, uiHost: '127.0.0.1', httpAdminRoot: false, httpNodeRoot: false,
    logging: { console: { level: 'error' } },
    functionGlobalContext: {
      requests: ${JSON.stringify(requests)},
      ms: ${seconds * 1000},
      print: (text) => process.stdout.write(text + '\\n'),
    },
  }`
}

function flowOf(port: number): object[] {
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    {
      id: 'client',
      type: 'modbus-client',
      clienttype: 'tcp',
      bufferCommands: true,
      tcpHost: '127.0.0.1',
      tcpPort: `${port}`,
      tcpType: 'DEFAULT',
      unit_id: '1',
      // The least that it takes.
      commandDelay: '1',
      clientTimeout: '1000',
      reconnectOnTimeout: true,
      reconnectTimeout: '2000',
      parallelUnitIdsAllowed: true,
    },
    // Once more until the client is connected: what comes earlier is dropped.
    { id: 'start', type: 'inject', z: 'tab', repeat: '1', once: true, onceDelay: 1, wires: [['ask']] },
    { id: 'ask', type: 'function', z: 'tab', outputs: 1, func: ASK, wires: [['get']] },
    {
      id: 'get',
      type: 'modbus-flex-getter',
      z: 'tab',
      server: 'client',
      keepMsgProperties: true,
      wires: [['take'], []],
    },
    { id: 'take', type: 'function', z: 'tab', outputs: 1, func: TAKE, wires: [['ask']] },
  ]
}

/** A cycle is asked for at once; the client's queue makes one request after the other of it. */
const ASK = `
if (msg.cycle === undefined && flow.get('begun')) return null
return [global.get('requests').map(({ unit, address, count }, n) => ({
  n,
  payload: { fc: 3, unitid: unit, address, quantity: count },
}))]
`

const TAKE = `
flow.set('begun', true)
const requests = global.get('requests')
const latest = flow.get('latest') ?? new Map()
const { buffer } = msg.responseBuffer
const at = Date.now()
for (const { id, offset, read, wordsSwapped, scale } of requests[msg.n].points) {
  const bytes = buffer.subarray(offset * 2, offset * 2 + 4)
  const value = (wordsSwapped ? Buffer.from([bytes[2], bytes[3], bytes[0], bytes[1]]) : bytes)[read](0) * scale
  latest.set(id, { value, quality: 'good', at })
}
flow.set('latest', latest)
if (msg.n < requests.length - 1) return null
const now = Date.now()
const cycle = flow.get('cycle') ?? { n: -1, start: now }
cycle.n += 1
flow.set('cycle', cycle)
if (now - cycle.start < global.get('ms')) return { cycle: cycle.n }
global.get('print')(JSON.stringify({ samplesPerSecond: (cycle.n * latest.size * 1000) / (now - cycle.start) }))
return null
`
