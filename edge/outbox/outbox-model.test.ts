import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LANES } from '@ganzhi/contracts/record-key'
import type { Outbox } from './outbox.ts'
import { manualClock } from './simulation/manual-clock.ts'
import { openSimulated, SMALL_LIMITS } from './simulation/outbox-machine.ts'
import { outboxOracle } from './simulation/outbox-oracle.ts'
import { randomStream } from './simulation/random-stream.ts'
import { simulatedDisk } from './simulation/simulated-disk.ts'

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      lane: fc.constantFrom(...LANES),
      sizes: fc.array(fc.nat(1800), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      lane: fc.constantFrom(...LANES),
      maxBytes: fc.integer({ min: 1, max: 4000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('receipt' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('close' as const, 'kill' as const, 'power cut' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('cut within' as const),
      operations: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(61_000, 700_000, 4_000_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      to: fc.constantFrom(0, Date.UTC(2099, 0), Date.UTC(2026, 10, 21)),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function live(steps: readonly Step[], seed: number): Promise<string[]> {
  const random = randomStream(seed)
  const chance = (): number => random.chance()
  const clock = manualClock()
  const oracle = outboxOracle()
  let disk = simulatedDisk()
  let starts = 0
  async function open(): Promise<Outbox> {
    const opened = await openSimulated({ disk, clock, limits: SMALL_LIMITS, seed: `${seed} ${++starts}` })
    oracle.observe(opened)
    return opened
  }
  let outbox = await open()

  async function take(action: Step): Promise<void> {
    switch (action.do) {
      case 'append':
        await Promise.all(action.sizes.map((size) => oracle.append(outbox, action.lane, random.bytes(size))))
        oracle.observe(outbox)
        return
      case 'send': {
        const states = outbox.lanes().filter(({ lane }) => lane === action.lane)
        for (const { lane, epoch, receipted } of states) {
          const records = await outbox.read(lane, epoch, receipted + 1, { maxBytes: action.maxBytes })
          for (const record of records) oracle.cloud.take(record)
        }
        return
      }
      case 'receipt':
        for (const { lane, epoch } of outbox.lanes()) {
          await outbox.receipted(lane, epoch, oracle.cloud.coverage(lane, epoch))
        }
        return
      case 'close':
        await outbox[Symbol.asyncDispose]()
        outbox = await open()
        return
      case 'kill':
        disk = disk.afterKill()
        outbox = await open()
        return
      case 'power cut':
        disk = disk.afterPowerCut(chance)
        outbox = await open()
        return
      case 'cut within': {
        const at = disk.operations() + action.operations
        disk.onOperation = (_operation, count) => {
          if (count === at) disk.cutPower()
          return undefined
        }
        await Promise.all(
          [300, 900, 700].map((size) => oracle.append(outbox, 'telemetry', random.bytes(size))),
        )
        await Promise.allSettled([outbox[Symbol.asyncDispose]()])
        disk = disk.afterPowerCut(chance)
        outbox = await open()
        return
      }
      case 'wait':
        clock.advance(action.ms)
        // Upkeep has begun, and this comes after it.
        await oracle.append(outbox, 'events', random.bytes(10))
        oracle.observe(outbox)
        return
      case 'jump':
        clock.jumpTo(action.to)
        return
      default:
        action satisfies never
    }
  }

  for (const action of steps) await take(action)
  const owed = await oracle.check(outbox)
  await oracle.cloud.drain(outbox)
  return [...owed, ...(await oracle.check(outbox))]
}

it('owes nothing after any life of appends, sends, receipts, evictions, crashes and power cuts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), fc.nat(), async (steps, seed) => {
      expect(await live(steps, seed)).toEqual([])
    }),
    { numRuns: Number(process.env['OUTBOX_RUNS'] ?? 300) },
  )
})
