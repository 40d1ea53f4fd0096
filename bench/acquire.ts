import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startAgent } from './lab/gateway.ts'
import { query, startIngest } from './lab/ingest-role.ts'
import { openLab } from './lab/lab.ts'
import { cpuSeconds, residentMb } from './lab/process-use.ts'
import { startRole } from './lab/role.ts'
import { METER, POINTS, writeMeter } from './modbus/bench-meter.ts'
import { type Bench, rounded } from './result.ts'

const DEVICES = 500
const WARM_UP_S = 20
const SECONDS = 60
/** What was read in time is then on its way to the database. */
const ON_ITS_WAY_MS = 10_000
const LATE_MS = 1500
const MARK = 0.999
/** 500 Modbus TCP devices × 30 tags at 1 s, as Neuron's documentation has it for version 2.2.1. */
const NEURON = { cpuPercent: 124, residentMb: 98 }

/** Five hundred devices behind connections of their own, thirty points each, every second, from the bus to the database. */
export const acquire: Bench = async ({ say, signal }) => {
  await using lab = await openLab({ timescale: false })
  await using _ingest = await startIngest(lab)
  const { folder, file } = await writeMeter(lab.dir)
  const from = await freePort()
  const options = ['--port', `${from}`, '--ports', `${DEVICES}`, '--profile', `${file}=1`]
  await using devices = await startRole(['simulators/main.ts', 'modbus', ...options], {
    env: {},
    log: join(lab.dir, 'devices.log'),
  })
  const links = (devices.facts['ports'] as number[]).map((port, i) => ({
    id: `link-${i}`,
    driver: 'modbus',
    connection: { host: '127.0.0.1', port },
    devices: [{ id: `meter-${i}`, profile: METER, unit: 1, intervalMs: 1000 }],
  }))
  await using agent = await startAgent({
    dir: lab.dir,
    name: 'acquire',
    natsUrl: lab.natsUrl,
    config: { profiles: folder, links },
  })
  await pause(WARM_UP_S * 1000, undefined, { signal })
  const [start, cpuBefore] = [Date.now(), await cpuSeconds(agent.pid)]
  await pause(SECONDS * 1000, undefined, { signal })
  const [end, cpuAfter] = [Date.now(), await cpuSeconds(agent.pid)]
  const status = await agent.ask({ status: true })
  const late = (status['links'] as { late: unknown[] }[]).flatMap((link) => link.late)
  const mb = await residentMb(agent.pid)
  await pause(ON_ITS_WAY_MS, undefined, { signal })
  const stored = await query(lab, (client) => storedBetween(client, start, end))
  const expected = Math.round(((end - start) / 1000) * DEVICES * POINTS)
  const cpuPercent = ((cpuAfter - cpuBefore) / ((end - start) / 1000)) * 100
  say(`${stored.samples} of ${expected} samples, longest gap ${stored.longestGapMs} ms`)
  const ratio = stored.samples / expected
  return {
    value: stored.samples,
    yardstick: expected,
    ratio: rounded(ratio, 5),
    mark: MARK,
    ok: ratio >= MARK && late.length === 0 && stored.longestGapMs <= LATE_MS,
    samplesASecond: Math.round(stored.samples / ((end - start) / 1000)),
    lateIntervals: late.length,
    longestGapMs: stored.longestGapMs,
    cpuPercent: rounded(cpuPercent),
    residentMb: rounded(mb),
    neuron: NEURON,
  }
}

/** Samples read between the two times, and the longest time between two of one series. */
async function storedBetween(
  client: pg.Client,
  start: number,
  end: number,
): Promise<{ samples: number; longestGapMs: number }> {
  const { rows } = await client.query<{ samples: string; gap: number }>(
    `SELECT count(*) AS samples, max(extract(epoch FROM gap) * 1000)::float8 AS gap
       FROM (SELECT ts - lag(ts) OVER (PARTITION BY series_id ORDER BY ts) AS gap
               FROM samples WHERE ts >= to_timestamp($1 / 1000.0) AND ts < to_timestamp($2 / 1000.0)) AS read`,
    [start, end],
  )
  return { samples: Number(rows[0]?.samples), longestGapMs: Math.round(rows[0]?.gap ?? Infinity) }
}
