import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registerServer } from '../installer/register-server.ts'
import { commandLine } from './command-line.ts'
import { scriptedTerminal } from './scripted-terminal.ts'

/** Scripts read these: a field may be added, none renamed. */

const POINTS = `
unit: 1
points:
  - { id: temp, table: holding, address: 0, type: int16, scale: 0.1 }
  - { id: gone, table: holding, address: 9, type: int16 }
`

let dir: string
let server: Awaited<ReturnType<typeof registerServer>>
let target: string[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'edge-documents-'))
  server = await registerServer(new Map([0, 1, 2, 3].map((address) => [address, 215 + address])))
  await writeFile(join(dir, 'points.yaml'), POINTS)
  await writeFile(
    join(dir, 'gateway.yaml'),
    `gateway: gw-1
data: ./data
nats: { servers: ["nats://127.0.0.1:1"] }
links:
  - id: roof
    driver: modbus
    connection: { host: 127.0.0.1, port: ${server.port} }
    devices:
      - { id: level-1, profile: aquaread/leveline, unit: 1 }
`,
  )
  target = ['--driver', 'modbus', '--connection', `{"host":"127.0.0.1","port":${server.port}}`]
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

/** The one document that `args` leaves on stdout. */
async function json(...args: string[]): Promise<{ code: number; document: unknown }> {
  const terminal = scriptedTerminal()
  const code = await commandLine([...args, '--json'], terminal, AbortSignal.timeout(30_000))
  expect(terminal.said.out.trimEnd().split('\n')).toHaveLength(1)
  return { code, document: JSON.parse(terminal.said.out) }
}

const string = expect.any(String) as string
const number = expect.any(Number) as number
const gone = { code: 'declined', message: string, field: 'address', remedy: string }

test('read', async () => {
  expect(await json('read', ...target, '--points', join(dir, 'points.yaml'))).toEqual({
    code: 0,
    document: {
      points: [
        { id: 'temp', value: 21.5, quality: 'good', at: string },
        { id: 'gone', value: null, quality: 'bad-config', at: string, error: gone },
      ],
    },
  })
})

test('read --explore', async () => {
  const { code, document } = await json('read', ...target, '--unit', '1', '--address', '40001', '--explore')
  expect(code).toBe(0)
  const { candidates, ...rest } = document as { candidates: unknown[] }
  expect(rest).toEqual({
    unit: 1,
    table: 'holding',
    readings: [
      { base: 1, address: 0, words: [215, 216] },
      { base: 0, address: 1, words: [216, 217] },
    ],
  })
  expect(candidates[0]).toEqual({
    base: 1,
    point: { table: 'holding', address: 0, type: 'int16', order: 'AB' },
    result: { value: 215, quality: 'good', at: string },
    rank: 4,
  })
})

test('write', async () => {
  const what = ['--points', join(dir, 'points.yaml'), '--point', 'temp', '--value', '23.5', '--yes']
  expect(await json('write', ...target, ...what)).toEqual({
    code: 0,
    document: {
      point: 'temp',
      asked: 23.5,
      before: { value: 21.5, quality: 'good', at: string },
      written: true,
      after: { value: 23.5, quality: 'good', at: string },
      took: true,
    },
  })
})

const REQUEST = {
  unit: 1,
  table: 'holding',
  address: 0,
  count: 1,
  points: ['temp'],
  predictedMs: number,
  intervalMs: 5_000,
}

test('plan', async () => {
  const sent = server.requests.length
  const { code, document } = await json('plan', ...target, '--points', join(dir, 'points.yaml'))
  expect(code).toBe(0)
  expect(document).toMatchObject({ cycleMs: number, budget: number, verdict: 'fits' })
  const { requests } = document as { requests: { points: string[] }[] }
  expect(requests.flatMap(({ points }) => points)).toEqual(['temp', 'gone'])
  expect(requests[0]).toMatchObject({ unit: 1, table: 'holding', address: 0, predictedMs: number })
  expect(server.requests).toHaveLength(sent)
})

test('plan --measure', async () => {
  const { document } = await json('plan', ...target, '--points', join(dir, 'points.yaml'), '--measure')
  const { requests } = document as { requests: unknown[] }
  expect(requests).toEqual([
    { ...REQUEST, measuredMs: number },
    { ...REQUEST, address: 9, points: ['gone'], error: { code: 'declined', message: string } },
  ])
})

test('plan --config', async () => {
  const { document } = await json('plan', '--config', join(dir, 'gateway.yaml'))
  const { links } = document as { links: { id: string; requests: unknown[] }[] }
  expect(links).toMatchObject([{ id: 'roof', cycleMs: number, budget: number, verdict: 'fits' }])
  expect(links[0]?.requests[0]).toMatchObject({ device: 'level-1', table: 'input', intervalMs: number })
})

test('rates beyond the wire end plan with 1', async () => {
  const connection = ['--driver', 'modbus', '--connection', '{"path":"/dev/nothing","baudRate":1200}']
  const what = ['--points', join(dir, 'points.yaml'), '--interval-ms', '50']
  const { code, document } = await json('plan', ...connection, ...what)
  expect(code).toBe(1)
  expect(document).toMatchObject({ verdict: 'exceeds', baudRate: number })
})

test('scan', async () => {
  const { code, document } = await json(
    'scan',
    '--tcp',
    '127.0.0.1',
    '--port',
    String(server.port),
    '--unit',
    '7',
  )
  expect(code).toBe(0)
  expect(document).toEqual({
    tries: 1,
    predictedMs: number,
    tried: 1,
    interrupted: false,
    found: [{ connection: { host: '127.0.0.1', port: server.port }, device: { unit: 7 }, note: string }],
    errors: [],
  })
})

test('scan without a path lists the serial ports', async () => {
  expect(await json('scan', '--serial')).toMatchObject({
    code: 0,
    document: { ports: expect.any(Array) as unknown[] },
  })
})

test('doctor', async () => {
  const { code, document } = await json('doctor', '--config', join(dir, 'gateway.yaml'))
  expect(code).toBe(1)
  const { ok, findings } = document as { ok: boolean; findings: { check: string; state: string }[] }
  expect(ok).toBe(false)
  expect(findings.map(({ check }) => check)).toEqual([
    'node',
    'clock',
    'profiles',
    'data',
    'agent',
    'config',
    'tcp',
    'nats',
  ])
  expect(findings.find(({ check }) => check === 'nats')).toEqual({
    check: 'nats',
    state: 'bad',
    found: string,
    remedy: string,
  })
})

test('doctor names every error of a configuration by its line', async () => {
  await writeFile(join(dir, 'bad.yaml'), 'gateway: gw-1\ndata: ./data\nlinkz: []\nuplink: { x: 1 }\n')
  const { document } = await json('doctor', '--config', join(dir, 'bad.yaml'))
  const { findings } = document as { findings: { check: string; state: string; found: string }[] }
  const config = findings.find(({ check }) => check === 'config')
  expect(config).toMatchObject({ state: 'bad' })
  expect(config?.found).toMatch(/:3:[^]*linkz[^]*:4:/)
})

test('import', async () => {
  const list = join(dir, 'points.csv')
  await writeFile(list, 'id,address,type,remark\nlevel,40001,float,top\n')
  const out = join(dir, 'm1.yaml')
  const args = ['import', list, '--profile-id', 'acme/m1', '--out', out]
  const yaml = expect.stringMatching(/^id: acme\/m1\n/) as string
  expect(await json(...args)).toEqual({
    code: 0,
    document: { profile: 'acme/m1', points: 1, unused: ['remark'], out, yaml },
  })
  expect(await readFile(out, 'utf8')).toContain('- { id: level, table: holding, address: 0, type: float32 }')
  expect((await json(...args)).document).toMatchObject({ error: { field: 'out' } })
})

test('import with errors', async () => {
  const list = join(dir, 'points.csv')
  await writeFile(list, 'id,address,type\nlevel,40001,flaot\n')
  const out = join(dir, 'm1.yaml')
  expect(await json('import', list, '--profile-id', 'acme/m1', '--out', out)).toEqual({
    code: 2,
    document: {
      error: {
        code: 'bad-input',
        message: string,
        faults: [{ line: 2, column: 'type', message: string }],
      },
    },
  })
  await expect(readFile(out)).rejects.toThrow('ENOENT')
})

test('a broker that is another service is no broker', async () => {
  const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  web.listen(0, '127.0.0.1')
  await once(web, 'listening')
  const { port } = web.address() as { port: number }
  await writeFile(
    join(dir, 'web.yaml'),
    `gateway: gw-1\ndata: .\nnats: { servers: ["nats://127.0.0.1:${port}"] }\n`,
  )
  const { document } = await json('doctor', '--config', join(dir, 'web.yaml'))
  web.close()
  const { findings } = document as { findings: { check: string; state: string }[] }
  expect(findings.find(({ check }) => check === 'nats')).toMatchObject({ state: 'bad' })
})
