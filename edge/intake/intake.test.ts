import { decodeEvidence } from '@ganzhi/contracts/evidence'
import { GanzhiError } from '@ganzhi/contracts/error'
import { decodePointTable } from '@ganzhi/contracts/point-table'
import { decodeBatch } from '@ganzhi/contracts/telemetry-batch'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../outbox/clock.ts'
import { DEFAULT_LIMITS } from '../outbox/limits.ts'
import { nodeDisk } from '../outbox/node-disk.ts'
import { openOutbox } from '../outbox/open-outbox.ts'
import type { Outbox, StoredRecord } from '../outbox/outbox.ts'
import { askIntake } from './ask-intake.ts'
import { openIntake } from './intake.ts'
import type { AcceptedRecord } from './submission.ts'

type Answer = Record<string, unknown>

const log = pino({ level: 'silent' })
const READING = { device: 'm-1', property: 'temp', type: 'float', at: 1_763_715_600_000, quality: 'good' }
const EVENT = {
  specversion: '1.0',
  id: '01JD7Z3Q4B8Y0000000000000A.started.1',
  source: 'test',
  type: 'cn.ganzhi.test.started',
  subject: 'm-1',
  time: '2026-11-21T08:00:00Z',
  incident: '01JD7Z3Q4B8Y0000000000000A',
}

let dir: string
let path: string
let garden: AsyncDisposableStack
let outbox: Outbox

beforeEach(async () => {
  garden = new AsyncDisposableStack()
  dir = await mkdtemp(join(tmpdir(), 'intake-'))
  path = join(dir, 'intake.sock')
  outbox = garden.use(
    await openOutbox({
      dir: join(dir, 'outbox'),
      disk: nodeDisk,
      clock: systemClock,
      random: randomBytes,
      limits: DEFAULT_LIMITS,
      commit: { telemetryMs: 1 },
      log,
    }),
  )
})

afterEach(async () => {
  await garden.disposeAsync()
  await rm(dir, { recursive: true, force: true })
})

async function anIntake(into: Pick<Outbox, 'append' | 'putTable'> = outbox): Promise<void> {
  const status = () => ({ lanes: outbox.lanes() })
  const command = async (request: unknown) => ({ asked: request })
  garden.use(await openIntake({ path, outbox: into, status, command, camera: command, log }))
}

/** Says lines, and knows the answers by their ids. */
async function aProgram(): Promise<{
  socket: Socket
  say: (document: unknown) => void
  answers: Map<unknown, Answer>
}> {
  const socket = connect(path)
  garden.defer(() => void socket.destroy())
  const answers = new Map<unknown, Answer>()
  let text = ''
  socket.on('data', (chunk) => {
    const lines = (text + chunk.toString()).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      const answer = JSON.parse(line) as Answer
      answers.set(answer['id'], answer)
    }
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return { socket, answers, say: (document) => socket.write(`${JSON.stringify(document)}\n`) }
}

async function answerTo(document: Record<string, unknown>): Promise<Answer> {
  const program = await aProgram()
  program.say({ id: 'q', ...document })
  return vi.waitFor(() => program.answers.get('q') ?? expect.fail('no answer yet'))
}

async function acceptedOf(document: Record<string, unknown>): Promise<{ records: StoredRecord[] }> {
  const answer = await answerTo(document)
  expect(answer).toHaveProperty('accepted')
  const accepted = answer['accepted'] as AcceptedRecord[]
  const records = await Promise.all(
    accepted.map(async ({ lane, epoch, seq, sha256 }) => {
      const [record] = await outbox.read(lane, epoch, seq, { maxBytes: 1, toSeq: seq })
      expect(record?.sha256).toBe(sha256)
      return record ?? expect.fail('not stored')
    }),
  )
  return { records }
}

test('readings become one telemetry record, with what JSON cannot say', async () => {
  await anIntake()
  const { records } = await acceptedOf({
    readings: [
      { ...READING, value: 21.5 },
      { ...READING, value: { float: 'NaN' } },
      { ...READING, value: { float: '-Infinity' } },
      { ...READING, property: 'count', type: 'integer', value: { integer: '9223372036854775807' } },
      { ...READING, property: 'count', type: 'integer', value: { integer: '7' } },
      { ...READING, property: 'note', type: 'json', value: { float: 'NaN' } },
      { ...READING, value: null, quality: 'bad-comm' },
    ],
  })
  expect(records.length).toBe(1)
  const table = decodePointTable(outbox.table(records[0]?.table ?? '') ?? new Uint8Array())
  expect(table.points.map(({ property }) => property)).toEqual(['temp', 'count', 'note'])
  const batch = decodeBatch(records[0]?.body ?? new Uint8Array(), table)
  expect([...batch.slots]).toEqual([0, 0, 0, 1, 1, 2, 0])
  expect(batch.values).toEqual([
    21.5,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    9_223_372_036_854_775_807n,
    7,
    { float: 'NaN' },
    null,
  ])
})

test('an event and a picture go to their lanes, a large picture in parts', async () => {
  await anIntake()
  const event = await acceptedOf({ event: EVENT })
  expect(event.records).toMatchObject([{ lane: 'events' }])
  const picture = randomBytes(700_000)
  const { records } = await acceptedOf({
    evidence: { contentType: 'image/jpeg', at: 1_763_715_600_000, base64: picture.toString('base64') },
  })
  const parts = records.map(({ body }) => decodeEvidence(body))
  expect(parts.length).toBe(2)
  expect(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(picture)).toBe(true)
})

test('many submissions are under way at once, and each is answered under its id', async () => {
  await anIntake()
  const { say, answers } = await aProgram()
  for (let id = 0; id < 1_000; id++) say({ id, readings: [{ ...READING, value: id }] })
  await vi.waitFor(() => expect(answers.size).toBe(1_000), { timeout: 20_000 })
  const seqs = [...answers.values()].map((answer) => (answer['accepted'] as AcceptedRecord[])[0]?.seq)
  expect(new Set(seqs).size).toBe(1_000)
})

test.each([
  ['a reading without time', { readings: [{ ...READING, at: undefined, value: 1 }] }, 'readings[0]'],
  ['a value of another type', { readings: [{ ...READING, value: 'warm' }] }, 'readings[0].value'],
  ['a field of an event', { event: { ...EVENT, type: 'x' } }, 'event.type'],
  ['a field nobody knows', { readings: [{ ...READING, value: 1 }], more: 1 }, 'more'],
  ['nothing at all', {}, 'submission'],
])('%s is refused by its path, and the connection goes on', async (_, document, field) => {
  await anIntake()
  const { say, answers } = await aProgram()
  say({ id: 1, ...document })
  say({ id: 2, status: true })
  await vi.waitFor(() => expect(answers.size).toBe(2))
  expect(answers.get(1)).toMatchObject({ error: { field, retryable: false } })
  expect(outbox.lanes().map(({ head }) => head)).toEqual([0, 0, 0])
})

test('a question about commands goes to who knows of them', async () => {
  await anIntake()
  expect(await answerTo({ command: { do: 'list' } })).toEqual({ id: 'q', asked: { do: 'list' } })
})

test('a line that is not JSON is answered without an id', async () => {
  await anIntake()
  const { socket, answers } = await aProgram()
  socket.write('what?\n')
  await vi.waitFor(() => expect(answers.get(null)).toMatchObject({ error: { code: 'bad-input' } }))
})

test('back-pressure of the outbox reaches the program as an error that may be retried', async () => {
  const full = new GanzhiError('the outbox is full', {
    code: 'outbox-full',
    blame: 'outside',
    retryable: true,
  })
  await anIntake({ putTable: () => {}, append: () => Promise.reject(full) })
  const answer = await answerTo({ event: EVENT })
  expect(answer).toMatchObject({ error: { code: 'outbox-full', retryable: true } })
})

test('when only a part of a submission is accepted, the answer says which', async () => {
  let left = 1
  const full = new GanzhiError('the outbox is full', {
    code: 'outbox-full',
    blame: 'outside',
    retryable: true,
  })
  await anIntake({
    putTable: () => {},
    append: (lane, body) => (left-- > 0 ? outbox.append(lane, body) : Promise.reject(full)),
  })
  const base64 = randomBytes(700_000).toString('base64')
  const answer = await answerTo({ evidence: { contentType: 'image/jpeg', at: 1, base64 } })
  expect(answer).toMatchObject({ error: { code: 'outbox-full', accepted: [{ lane: 'evidence', seq: 1 }] } })
})

test('nothing is answered before the outbox has synced it', async () => {
  const synced = Promise.withResolvers<void>()
  await anIntake({
    putTable: () => {},
    append: async (lane, body) => {
      await synced.promise
      return outbox.append(lane, body)
    },
  })
  const { say, answers } = await aProgram()
  say({ id: 1, event: EVENT })
  say({ id: 2, status: true })
  await vi.waitFor(() => expect(answers.has(2)).toBe(true))
  expect(answers.has(1)).toBe(false)
  synced.resolve()
  await vi.waitFor(() => expect(answers.has(1)).toBe(true))
})

test('a line without end is cut off, and others are not disturbed', async () => {
  await anIntake()
  const flood = await aProgram()
  const ended = new Promise((resolve) => flood.socket.once('close', resolve))
  const chunk = Buffer.alloc(1024 * 1024, 'x')
  for (let i = 0; i < 9; i++) flood.socket.write(chunk)
  await ended
  expect((await answerTo({ event: EVENT }))['accepted']).toBeDefined()
})

test('only the agent’s own user may open the socket, and a dead agent’s socket is taken over', async () => {
  await writeFile(path, '')
  await anIntake()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const answer = await askIntake(path, { status: true }, AbortSignal.timeout(5_000))
  expect(answer).toHaveProperty('lanes')
})

test('asking where no agent runs gives no answer', async () => {
  expect(await askIntake(path, { status: true }, AbortSignal.timeout(5_000))).toBeUndefined()
})
