import { check } from '@ganzhi/contracts/schema'
import { type DownLink, GatewayStatus, MOST_CUT_OFF } from '@ganzhi/contracts/status'
import { GanzhiError } from '@ganzhi/contracts/error'
import { expect, test } from 'vitest'
import type { LaneState } from '../outbox/outbox.ts'
import { watchAppends } from './append-watch.ts'
import { createStatus } from './status.ts'

const EPOCH = '00000000000000aa'
const aLane = (lane: LaneState['lane'], more: Partial<LaneState> = {}): LaneState => ({
  lane,
  epoch: EPOCH,
  first: 1,
  head: 0,
  receipted: 0,
  bytes: 0,
  ...more,
})

function aStatus(lanes: LaneState[], downLinks: readonly DownLink[] = []) {
  return createStatus({
    outbox: { epoch: EPOCH, lanes: () => lanes },
    capBytes: 1000,
    agent: '1.2.3',
    now: () => 1_763_715_600_000,
    counters: () => ({ uplink: { sent: 7 }, intake: {} }),
    writable: () => true,
    downLinks: () => downLinks,
  })
}

test('tells every head, the bytes, the oldest record and the counters by their component', () => {
  const lanes = [
    aLane('events', { head: 3, bytes: 10 }),
    aLane('telemetry', { head: 9, bytes: 20, oldestAt: 5 }),
    aLane('evidence', { oldestAt: 7 }),
  ]
  const status = aStatus(lanes)('birth')
  expect(check(GatewayStatus, status, 'status')).toEqual({
    phase: 'birth',
    at: 1_763_715_600_000,
    epoch: EPOCH,
    agent: '1.2.3',
    heads: [
      { lane: 'events', epoch: EPOCH, head: 3 },
      { lane: 'telemetry', epoch: EPOCH, head: 9 },
      { lane: 'evidence', epoch: EPOCH, head: 0 },
    ],
    outbox: { bytes: 30, capBytes: 1000, oldestAt: 5, writable: true },
    links: [],
    counters: { 'uplink.sent': 7 },
  })
})

test('tells of links that are down as far as there is room', () => {
  const error = { code: 'link-down', message: 'x'.repeat(1_000), remedy: 'Look at the cable.' }
  const links = Array.from({ length: 300 }, (_, i) => ({
    link: `bus-${i}`,
    since: 5,
    error,
    devices: Array.from({ length: 247 }, (__, unit) => `meter-${i}-${unit}`),
  }))
  const told = check(GatewayStatus, aStatus([], links)('alive'), 'status').links ?? []
  expect(told[0]).toEqual({ ...links[0], error: { code: 'link-down', message: 'x'.repeat(200) } })
  expect(told).toHaveLength(256)
  expect(told.flatMap(({ devices }) => devices)).toHaveLength(MOST_CUT_OFF)
})

test('is a status still when the outbox holds more epochs than one may list: the latest of each lane', () => {
  const lanes = (['events', 'telemetry', 'evidence'] as const).flatMap((lane) =>
    Array.from({ length: 2_000 }, (_, i) => aLane(lane, { head: i })),
  )
  const { heads } = check(GatewayStatus, aStatus(lanes)('alive'), 'status')
  for (const name of ['events', 'telemetry', 'evidence']) {
    expect(heads.findLast(({ lane }) => lane === name)?.head).toBe(1_999)
  }
})

test('an outbox that refuses is not writable until it accepts again', async () => {
  const full = new GanzhiError('full', { code: 'outbox-full', blame: 'outside', retryable: true })
  const large = new GanzhiError('large', { code: 'record-too-large', blame: 'caller' })
  let error: GanzhiError | undefined
  const watched = watchAppends({
    putTable: () => {},
    append: () => (error ? Promise.reject(error) : Promise.resolve({ epoch: EPOCH, seq: 1, sha256: '' })),
  })
  const attempt = () => watched.append('events', new Uint8Array()).catch(() => {})
  error = large
  await attempt()
  expect(watched.writable).toBe(true)
  error = full
  await attempt()
  expect(watched.writable).toBe(false)
  error = undefined
  await attempt()
  expect(watched.writable).toBe(true)
  expect(watched.counters).toEqual({ accepted: 1, refused: 2 })
})
