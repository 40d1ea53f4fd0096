import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type Command,
  CommandReply,
  CommandRequest,
  commandEvent,
  type CommandStep,
  isLastStep,
} from './command.ts'
import { decodeEventsRecord, encodeCommandEvent } from './event.ts'
import { check } from './schema.ts'

const COMMAND: Command = {
  id: '01JD7Z3Q4B8Y0000000000000A',
  device: 'pump-1',
  property: 'pump',
  value: true,
  author: '王 wang',
  askedAt: 1_790_000_000_000,
  expiresAt: 1_790_000_060_000,
  precondition: { property: 'level', atMost: 2 },
}
const STEP: CommandStep = {
  command: COMMAND.id,
  state: 'confirmed',
  at: 1_790_000_001_500,
  value: true,
}

describe('a step of a command', () => {
  test('goes through the events lane with its whole command, in golden bytes', () => {
    const golden = readFileSync(new URL('./golden/command-event.v1.json', import.meta.url), 'utf8').trim()
    const event = commandEvent('gw-1', COMMAND, STEP)
    expect(Buffer.from(encodeCommandEvent(event)).toString()).toBe(golden)
    expect(decodeEventsRecord(Buffer.from(golden))).toEqual({ kind: 'command', event })
  })

  test.each([
    ['state', { type: 'cn.ganzhi.command.failed' }],
    ['device', { subject: 'pump-2' }],
    ['time', { time: '2026-09-21T12:00:00.000Z' }],
  ])('is refused when its head has another %s', (_, more) => {
    const wrong = Buffer.from(JSON.stringify({ ...commandEvent('gw-1', COMMAND, STEP), ...more }))
    expect(() => decodeEventsRecord(wrong)).toThrow(/with the head of another/)
  })

  test('is the last one when the command is at its end, or when it says so', () => {
    const lasts = (['asked', 'delivered', 'executed', 'confirmed', 'unknown'] as const).map((state) =>
      isLastStep({ state }),
    )
    expect(lasts).toEqual([false, false, false, true, true])
    expect(isLastStep({ state: 'executed', last: true })).toBe(true)
  })
})

test('requests and replies have one form each', () => {
  for (const request of [
    { kind: 'ask', command: COMMAND },
    { kind: 'cancel', command: COMMAND, author: 'li' },
  ]) {
    expect(check(CommandRequest, request, 'request')).toEqual(request)
  }
  const error = { code: 'queue-full', message: 'too many', retryable: true }
  for (const reply of [{ step: STEP }, { error }]) expect(check(CommandReply, reply, 'reply')).toEqual(reply)
  expect(() => check(CommandReply, { step: STEP, error }, 'reply')).toThrow('reply')
})

test.each(['', 'a\u0000b', 'line\nbreak', 'x'.repeat(201)])('%j is no author', (author) => {
  expect(() => check(CommandRequest, { kind: 'cancel', command: COMMAND, author }, 'request')).toThrow(
    'request',
  )
})
