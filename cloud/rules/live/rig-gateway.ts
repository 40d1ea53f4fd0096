import { randomBytes } from 'node:crypto'
import { encodePointTable, hashOf } from '@ganzhi/contracts/point-table'
import { type Quality, VALUE_TYPES, type Value } from '@ganzhi/contracts/reading'
import type { Lane } from '@ganzhi/contracts/record-key'
import { encodeBatch, unpackBatch } from '@ganzhi/contracts/telemetry-batch'
import type { Pool } from 'pg'
import { inTransaction } from '../../database/pool.ts'
import type { LedgerState } from '../../ledger/codes.ts'
import { epochToInt8 } from '../../ledger/codes.ts'
import { enter } from '../../ledger/ledger.ts'
import { registerGateways, registerSeries } from '../../register/register.ts'
import type { SampleBatch, SeriesStore } from '../../series-store/series-store.ts'

export interface RigSample {
  readonly at?: number
  readonly device?: string
  readonly value: Value
  readonly quality?: Quality
}

export interface RigGateway {
  readonly id: number
  readonly name: string
  /** A record of the telemetry lane, as ingest would enter it. */
  send(seq: number, samples: readonly RigSample[], state?: LedgerState, arrivedAt?: number): Promise<void>
  sendEvent(seq: number, event: object): Promise<void>
  unpark(seq: number): Promise<void>
}

const DEVICES = ['meter-1', 'meter-2', 'meter-3']
const typeOfSlot = Uint8Array.from(DEVICES, () => VALUE_TYPES.indexOf('float'))
const scaleOfSlot = new Uint8Array(DEVICES.length)
const TABLE = { points: DEVICES.map((device) => ({ device, property: 'power', type: 'float' as const })) }
const ENCODED = encodePointTable(TABLE)

export async function storeRigTable(pool: Pool): Promise<void> {
  await pool.query('INSERT INTO point_table (hash, bytes) VALUES ($1, $2)', [
    Buffer.from(ENCODED.hash, 'hex'),
    ENCODED.bytes,
  ])
}

export async function openRigGateway(pool: Pool, store: SeriesStore): Promise<RigGateway> {
  const name = `gw-${randomBytes(6).toString('hex')}`
  const epoch = epochToInt8(randomBytes(8).toString('hex'))
  const { id, seriesOfSlot } = await inTransaction(pool, async (tx) => {
    const gatewayId = (await registerGateways(tx, [name])).get(name) as number
    // What is silent here is not its gateway's fault, unless that says something.
    await tx.query(
      `INSERT INTO gateway_reach (gateway_id, epoch, base, heard_at, reached, reports) VALUES ($1, 0, 0, now(), true, 'never')`,
      [gatewayId],
    )
    return { id: gatewayId, ...(await registerSeries(tx, gatewayId, TABLE.points)) }
  })
  const record = async (
    lane: Lane,
    seq: number,
    body: Uint8Array,
    state: LedgerState,
    rows?: SampleBatch['rows'],
  ): Promise<void> => {
    const entry = {
      gatewayId: id,
      lane,
      epoch,
      seq,
      sha256: hashOf(body),
      body,
      state,
      at: Date.now(),
      rows: 1,
    }
    const { rows: days } = await pool.query<{ day: string }>('SELECT day::text FROM ledger_day')
    await inTransaction(pool, async (tx) => {
      await enter(tx, days[0]?.day ?? '', [entry])
      if (!rows) return
      const batch = {
        gatewayId: id,
        epoch: epoch,
        seq,
        seriesOfSlot,
        typeOfSlot,
        scaleOfSlot,
        rows,
      }
      await store.write(tx, [batch], { now: Date.now() })
    })
  }
  return {
    id,
    name,
    async send(seq, samples, state = 'stored', arrivedAt) {
      const readings = samples.map(({ at = Date.now(), device = 'meter-1', value, quality = 'good' }) => ({
        slot: DEVICES.indexOf(device),
        at,
        value,
        quality,
      }))
      const body = encodeBatch(ENCODED.hash, TABLE, readings)
      await record(
        'telemetry',
        seq,
        body,
        state,
        state === 'stored' ? unpackBatch(body).decode(TABLE) : undefined,
      )
      if (arrivedAt !== undefined) {
        await pool.query('UPDATE ledger SET arrived_at = $3 WHERE gateway_id = $1 AND seq = $2', [
          id,
          seq,
          new Date(arrivedAt),
        ])
      }
    },
    sendEvent: (seq, event) => record('events', seq, Buffer.from(JSON.stringify(event)), 'stored'),
    unpark: async (seq) => {
      await pool.query('UPDATE ledger SET state = 0 WHERE gateway_id = $1 AND seq = $2', [id, seq])
    },
  }
}
