import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { type Nats, startNats } from '@ganzhi/deploy/stack/nats'
import { type Postgres, startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Step } from './fail-point.ts'
import { type IngestRig, openIngestRig } from './ingest-rig.ts'

let dir: string
let postgres: Postgres
let nats: Nats
let rig: IngestRig
let running: AsyncDisposable

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-ingest-'))
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), port: await freePort() })
  nats = await startNats({ storeDir: join(dir, 'nats'), port: await freePort() })
  rig = await openIngestRig({ database: postgres.url, nats: nats.url })
  running = await rig.ingest()
})
afterAll(async () => {
  await rig?.[Symbol.asyncDispose]()
  await nats?.stop()
  await postgres?.stop()
  await rm(dir, { recursive: true, force: true })
})

describe('a batch that a gateway sent', () => {
  it('is in the ledger and the series, and its gateway is told', async () => {
    const gateway = rig.gateway()
    await gateway.sendTable()
    await gateway.send('telemetry', 1, gateway.batch([{ value: 1.5 }, { slot: 1, value: 'on' }]))
    await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(1)
    expect(
      await rig.count('ledger JOIN gateway ON gateway.id = gateway_id WHERE name = $1 AND rows = 2', [
        gateway.name,
      ]),
    ).toBe(1)
    expect(
      await rig.count(
        'samples JOIN series ON series.id = series_id JOIN gateway g ON g.id = gateway_id WHERE g.name = $1',
        [gateway.name],
      ),
    ).toBe(2)
  })

  it('is stored once, however often it comes', async () => {
    const gateway = rig.gateway()
    await gateway.sendTable()
    const body = gateway.batch([{ value: 2.5 }])
    for (let i = 0; i < 5; i++) await gateway.send('telemetry', 1, body)
    await gateway.send('telemetry', 2, gateway.batch([{ value: 3.5 }]))
    for (let i = 0; i < 5; i++) await gateway.send('telemetry', 1, body)
    await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(2)
    const { lane, epoch } = { lane: 'telemetry' as const, epoch: gateway.epoch }
    const nonce = gateway.ask({ lanes: [{ lane, epoch, known: 0, head: 2 }] })
    await expect
      .poll(() => gateway.receipts.find((receipt) => receipt.nonce === nonce)?.lanes)
      .toMatchObject([{ contiguous: 2 }])
    expect(
      await rig.count(
        'samples JOIN series ON series.id = series_id JOIN gateway g ON g.id = gateway_id WHERE g.name = $1',
        [gateway.name],
      ),
    ).toBe(2)
  })

  it('passes each step of the fault lab on its way, in order', async () => {
    await running[Symbol.asyncDispose]()
    const passed: Step[] = []
    const failPoint = (step: Step) => void passed.push(step)
    await using _ = await rig.ingest({ lab: { failPoint, armed: 'copying', defect: undefined } })
    const gateway = rig.gateway()
    await gateway.sendTable()
    for (let seq = 1; seq <= 40; seq++) await gateway.send('telemetry', seq, gateway.batch([{ value: seq }]))
    await expect.poll(() => gateway.told('telemetry')?.contiguous).toBe(40)
    const own = passed.filter(
      (step) => step !== 'began' && step !== 'before-commit' && step !== 'table-stored',
    )
    const order = [
      'fetched',
      'keys-inserted',
      'copying',
      'copied',
      'committed',
      'acked-some',
      'acked',
    ] as const
    for (const [i, step] of order.entries()) {
      expect(own).toContain(step)
      if (i > 0) expect(own.indexOf(step)).toBeGreaterThan(own.indexOf(order[i - 1]!))
    }
  })
})
