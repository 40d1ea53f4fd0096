import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import type { ScanStep } from '../driver.ts'
import type { Connection } from './config.ts'
import { scans, scansOver } from './scan.ts'
import { type Script, scriptedServer } from './scripted-server.ts'
import type { Wire } from './wire.ts'
import { linkDown, noAnswer } from './wire-error.ts'

const NEVER = new AbortController().signal
const context = { clock: systemClock, signal: NEVER }

const cleanups: (() => PromiseLike<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** Serial lines on which these units answer at these settings; `gone` can't be opened. */
function serialLines(units: readonly { unit: number; baudRate: number; parity: string }[]) {
  const opened: string[] = []
  const open = ({ path, baudRate, parity }: Connection): Wire => {
    opened.push(`${baudRate} ${parity}`)
    return {
      depth: 1,
      cost: { exchangeMs: 1, byteMs: 1 },
      async ask(request) {
        await Promise.resolve()
        if (path === 'gone') throw linkDown('gone is not there')
        const there = units.some(
          (each) => each.unit === request.unit && each.baudRate === baudRate && each.parity === parity,
        )
        if (!there) throw noAnswer('silence')
        return { kind: 'exception', code: 2, at: 0, tookMs: 0 }
      },
      async [Symbol.asyncDispose]() {},
    }
  }
  return { opened, serial: scansOver(open) }
}

async function all(steps: AsyncIterable<ScanStep>): Promise<ScanStep[]> {
  const list: ScanStep[] = []
  for await (const step of steps) list.push(step)
  return list
}

test('the usual units are tried with every setting before any other unit is', async () => {
  const { serial } = serialLines([])
  const steps = await all(serial.scan({ serial: ['port'] }, context))
  expect(steps.slice(0, 11).map(({ trying }) => trying)).toEqual([
    ...Array.from({ length: 10 }, (_, i) => `port 9600 8N1, unit ${i + 1}`),
    'port 9600 8E1, unit 1',
  ])
  expect(steps.findIndex(({ trying }) => trying.endsWith('unit 11'))).toBe(8 * 2 * 10)
})

test('the estimate counts every try, and the scan makes no more', async () => {
  const { serial } = serialLines([])
  const request = { serial: ['port', 'other'], baudRates: [9600, 4800], units: [1, 2, 30] }
  expect(serial.estimate(request)).toEqual({ tries: 24, predictedMs: 4_508 })
  const steps = await all(serial.scan(request, context))
  expect(steps.map(({ tried }) => tried)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1))
})

test('a line on which somebody answers is searched on with the same settings only', async () => {
  const units = [
    { unit: 3, baudRate: 19_200, parity: 'even' },
    { unit: 200, baudRate: 19_200, parity: 'even' },
  ]
  const { serial, opened } = serialLines(units)
  const found = (await all(serial.scan({ serial: ['port'] }, context))).flatMap((step) => step.found ?? [])
  expect(found).toMatchObject([
    { connection: { path: 'port', baudRate: 19_200, parity: 'even' }, device: { unit: 3 } },
    { connection: { path: 'port', baudRate: 19_200, parity: 'even' }, device: { unit: 200 } },
  ])
  expect(opened).not.toContain('115200 none')
})

test('a device that only refuses is a device', async () => {
  const { serial } = serialLines([{ unit: 1, baudRate: 9600, parity: 'none' }])
  const [step] = await all(serial.scan({ serial: ['port'], baudRates: [9600], units: [1] }, context))
  expect(step?.found?.note).toContain('exception 2')
})

test('a port that is not there costs one try, and the next one is searched', async () => {
  const { serial } = serialLines([{ unit: 1, baudRate: 9600, parity: 'none' }])
  const steps = await all(
    serial.scan({ serial: ['gone', 'port'], units: [1], baudRates: [9600, 4800] }, context),
  )
  expect(steps[0]).toMatchObject({ tried: 1, error: { code: 'link-down' } })
  expect(steps[1]).toMatchObject({ tried: 5, found: { connection: { path: 'port' } } })
})

test('over TCP a gateway that says that nobody answered is no device', async () => {
  const script: Script = ({ body }) => {
    if (body.startsWith('01')) return 'ID 0000 0003 01 83 0b'
    return `ID 0000 0005 ${body.slice(0, 2)} 03 02 0102`
  }
  const server = await scriptedServer(script)
  cleanups.push(() => server[Symbol.asyncDispose]())
  const { port } = server
  const request = { hosts: ['127.0.0.1'], port, units: [1, 3] }
  const steps = await all(scans.scan(request, context))
  expect(steps.map(({ found }) => found?.note ?? '')).toEqual(['', expect.stringContaining('258')])
  expect(steps[1]?.found).toMatchObject({ connection: { host: '127.0.0.1', port }, device: { unit: 3 } })
})

test('hosts of a range are searched many at once, and told of in their order', async () => {
  let [now, most] = [0, 0]
  const range = scansOver(({ host }) => ({
    depth: 1,
    cost: { exchangeMs: 0, byteMs: 0 },
    async ask() {
      most = Math.max(most, (now += 1))
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      if (host !== 'h7') throw linkDown('nobody there')
      return { kind: 'data', bytes: Uint8Array.of(0, 1), at: 0, tookMs: 0 }
    },
    async [Symbol.asyncDispose]() {},
  }))
  const request = { hosts: Array.from({ length: 40 }, (_, i) => `h${i}`), units: [1] }
  expect(range.estimate(request)).toEqual({ tries: 40, predictedMs: 1_000 })
  expect(range.estimate({ hosts: ['h0'], units: [1, 2, 3] })).toEqual({ tries: 3, predictedMs: 1_500 })
  const steps = await all(range.scan(request, context))
  expect(steps.map(({ trying }) => trying)).toEqual(request.hosts.map((host) => `${host}:502, unit 1`))
  expect(steps.flatMap(({ found }) => found?.connection ?? [])).toEqual([{ host: 'h7', port: 502 }])
  expect(most).toBe(32)
})
