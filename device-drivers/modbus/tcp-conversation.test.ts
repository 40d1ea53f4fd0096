import { duplexPair } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LinkEvent } from '../driver.ts'
import { manualClock } from '../manual-clock.ts'
import type { ReadRequest } from './request.ts'
import { TcpConversation } from './tcp-conversation.ts'
import { transactionIds } from './transaction-ids.ts'

const NEVER = new AbortController().signal
const ONE: ReadRequest = { kind: 'read', unit: 1, table: 'holding', address: 0, count: 1 }

function setUp() {
  const clock = manualClock()
  const [ours, device] = duplexPair()
  const events: LinkEvent[] = []
  const conversation = new TcpConversation(ours, transactionIds(0x4a10), {
    clock,
    report: (event) => void events.push(event),
    onClose: () => {},
  })
  const read = (change: Partial<ReadRequest> = {}) =>
    conversation
      .ask({ ...ONE, ...change }, { timeoutMs: 1_000, signal: NEVER })
      .then((answer) => (answer.kind === 'data' ? Buffer.from(answer.bytes).toString('hex') : answer))
      .catch((error: unknown) => (error as { code: string }).code)
  /** The device says so, in as many pieces. */
  const say = async (...pieces: string[]) => {
    for (const piece of pieces) {
      device.write(Buffer.from(piece.replaceAll(' ', ''), 'hex'))
      await turn()
    }
  }
  return { clock, conversation, events, read, say }
}

test('answers find their requests in whatever order they come', async () => {
  const { read, say } = setUp()
  const both = [read(), read({ unit: 2 })]
  await say('4a11 0000 0005 02 03 02 0002', '4a10 0000 0005 01 03 02 0001')
  expect(await Promise.all(both)).toEqual(['0001', '0002'])
})

test('a request that is not answered fails alone', async () => {
  const { clock, conversation, read, say } = setUp()
  const both = [read(), read({ unit: 2 })]
  await say('4a11 0000 0005 02 03 02 0002')
  await clock.advance(1_000)
  expect(await Promise.all(both)).toEqual(['no-answer', '0002'])
  expect(conversation.open).toBe(true)
})

test('a server that answers with ids of its own is not believed, and not said to be silent', async () => {
  const { clock, events, read, say } = setUp()
  const asked = read()
  await say('0000 0000 0005 01 03 02 0001')
  await clock.advance(1_000)
  expect(await asked).toBe('bad-reply')
  expect(events).toEqual([{ kind: 'discarded', why: 'foreign' }])
})

test('a server that once kept the id is silent when only a repetition comes', async () => {
  const { clock, read, say } = setUp()
  const first = read()
  await say('4a10 0000 0005 01 03 02 0001')
  expect(await first).toBe('0001')
  const second = read()
  await say('4a10 0000 0005 01 03 02 0001')
  await clock.advance(1_000)
  expect(await second).toBe('no-answer')
})

test.each([
  ['in one piece', ['4a10 0000 0007 01 03 04 0001 4a11 0000 0005 02 03 02 0002']],
  ['in two', ['4a10 0000 0007 01 03 04 0001', '4a11 0000 0005 02 03 02 0002']],
])('a reply that was cut is not filled up with the head of the next: %s', async (_, pieces) => {
  const { clock, conversation, read, say } = setUp()
  const both = [read({ count: 2 }), read({ unit: 2 })]
  await say(...pieces)
  await clock.advance(1_000)
  for (const outcome of await Promise.all(both)) expect(outcome).not.toMatch(/^[0-9a-f]+$/)
  expect(conversation.open).toBe(false)
})

test('a reply that was cut is not believed while the little that is left may be the end of another', async () => {
  const { clock, read, say } = setUp()
  const both = [read({ count: 6 }), read({ unit: 2 })]
  await say('4a10 0000 000f 01 03 0c 000000000000', '4a11 0000 0005 02 03 02 0002')
  await clock.advance(1_000)
  expect(await Promise.all(both)).toEqual(['no-answer', 'link-down'])
})

test('a reply that was cut does not take the whole next one for its data', async () => {
  const { read, say } = setUp()
  const both = [read({ count: 6 }), read({ unit: 2 })]
  await say('4a10 0000 000f 01 03 0c 00', '4a11 0000 0005 02 03 02 0002')
  expect(await Promise.all(both)).toEqual(['bad-reply', 'bad-reply'])
})

test('registers may hold what looks like the head of a reply, as long as none such is awaited', async () => {
  const { read, say } = setUp()
  const both = [read({ count: 6 }), read({ unit: 2 })]
  await say('4a10 0000 000f 01 03 0c 00 4a11 0000 0005 03 03 02 0002')
  await say('4a11 0000 0005 02 03 02 0002')
  expect(await Promise.all(both)).toEqual(['004a11000000050303020002', '0002'])
})
