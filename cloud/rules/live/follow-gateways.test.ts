import { freePort } from '@ganzhi/deploy/stack/free-port'
import { startPostgres } from '@ganzhi/deploy/stack/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Step } from '../../ingest/fail-point.ts'
import { ITSELF, nameOfLink } from '../../topology/target-name.ts'
import { storedReach } from '../history/stored-reach.ts'
import type { RigGateway } from './rig-gateway.ts'
import { type RigProcess, type RulesRig, openRulesRig } from './rules-rig.ts'

let rig: RulesRig
let process: RigProcess
let gateway: RigGateway
let seq: number
beforeAll(async () => {
  rig = await openRulesRig(async (dataDir) => startPostgres({ dataDir, port: await freePort() }))
})
afterAll(() => rig?.[Symbol.asyncDispose]())
beforeEach(async () => {
  await process?.leases.release()
  await rig.removeRules()
  process = rig.process()
  gateway = await rig.gateway()
  seq = 0
  await listenedFor(0)
})

const SOON = { timeout: 20_000 }
const turn = () => process.turn(gateway)
const alarms = async () => (await turn(), rig.alarms(gateway))
const clockPast = (at: number) =>
  expect.poll(async () => (await turn(), rig.clock(gateway)), SOON).toBeGreaterThan(at)

/** The gateway says that it is there, and has nothing else to send. */
async function report(at = Date.now(), phase = 'alive', links: readonly object[] = []): Promise<number> {
  const status = { phase, at, epoch: 'f'.repeat(16), heads: [], links }
  await rig.pool.query('UPDATE gateway SET last_status = $2, last_status_at = now() WHERE id = $1', [
    gateway.id,
    JSON.stringify(status),
  ])
  return status.at
}
/** That we listened until some seconds from now, where it is about what nobody said. */
const listenedFor = (seconds: number) =>
  rig.pool.query(`UPDATE listening SET since = now() - interval '1 h', until = now() + $1 * interval '1 s'`, [
    seconds,
  ])
const falls = () => listenedFor(31)
/** These devices have sent something every half second since then, up to now; and so the gateway says. */
async function live(
  devices: readonly string[],
  since = Date.now(),
  links: readonly object[] = [],
): Promise<number> {
  const now = Date.now()
  const times = Array.from({ length: Math.floor((now - since) / 500) + 1 }, (_, i) => now - i * 500)
  await gateway.send(
    ++seq,
    times.toReversed().flatMap((at) => devices.map((device) => ({ device, at, value: 1 }))),
  )
  return report(now, 'alive', links)
}
const ALL = ['meter-1', 'meter-2', 'meter-3']

const silence = { noData: 'PT1S' }
const put = (more: object) =>
  rig.put({
    for: { gateway: gateway.name, property: 'power' },
    severity: 'major',
    lateness: 'PT0S',
    ...more,
  } as never)
const putSilence = () => put({ id: 'silent', when: silence })
const putOffline = (offline = 'PT1S') =>
  put({ id: 'gateway-offline', for: { gateway: gateway.name }, each: 'gateway', when: { offline } })

/** All devices are known, and so is the gateway. */
async function begin(): Promise<number> {
  await report()
  await turn()
  const began = await live(ALL, await rig.clock(gateway))
  await turn()
  return began
}

/** As history has them. */
async function changesOf(device: string) {
  const one = { gatewayId: gateway.id, device }
  const reachOf = await storedReach(rig.pool, [one], { from: 0, to: Date.now() + 60_000 })
  return reachOf(one)
}

describe('a gateway that dies', () => {
  it('is one alarm, and none of its devices; when it is back all is as before', async () => {
    await putSilence()
    await putOffline()
    await begin()
    await falls()
    await clockPast(Date.now() + 2_500)
    const away = [{ rule: 'gateway-offline', device: '', open: true }]
    expect(await alarms()).toMatchObject(away)
    await listenedFor(0)
    const back = await report()
    await expect.poll(alarms, SOON).toMatchObject([{ ...away[0], open: false }])
    await live(ALL, back)
    await turn()
    expect(await alarms()).toHaveLength(1)
  })

  it('leaves alarms of silence as they were', async () => {
    await putSilence()
    const began = await begin()
    await clockPast(began + 1_200)
    await live(['meter-1', 'meter-2'], began)
    const open = [{ device: 'meter-3', open: true }]
    await expect.poll(alarms, SOON).toMatchObject(open)
    await falls()
    await clockPast(Date.now() + 2_000)
    await listenedFor(0)
    await report()
    await turn()
    expect(await alarms()).toMatchObject(open)
    await live(ALL)
    await expect.poll(alarms, SOON).toMatchObject([{ device: 'meter-3', open: false }])
  })

  it('may come back without one of its devices: that gets its alarm then', async () => {
    await putSilence()
    await begin()
    await falls()
    await clockPast(Date.now() + 2_000)
    await listenedFor(0)
    const back = await report()
    await turn()
    await clockPast(back + 2_000)
    await live(['meter-1', 'meter-3'], back)
    await expect.poll(alarms, SOON).toMatchObject([{ device: 'meter-2', open: true }])
    const [alarm] = await rig.alarms(gateway)
    expect(alarm?.transitions[0]?.at).toBeGreaterThanOrEqual(back + 1_000)
  })

  it('that says so is away at once', async () => {
    await putOffline()
    await begin()
    const said = await report(Date.now(), 'death')
    await expect.poll(alarms, SOON).toMatchObject([{ device: '', open: true }])
    const [alarm] = await rig.alarms(gateway)
    expect(alarm?.transitions[0]?.at).toBeGreaterThan(said + 900)
    expect(alarm?.transitions[0]?.at).toBeLessThan(said + 1_500)
  })

  it('is not dead where nobody listened, and what came meanwhile tells of its devices', async () => {
    await putSilence()
    await putOffline()
    const began = await begin()
    await clockPast(began + 2_500)
    expect(await alarms()).toEqual([])
    await live(ALL, began)
    await turn()
    expect(await alarms()).toEqual([])
  })

  it('may have kept something of the time when it was away: that raises no silence of then either', async () => {
    await putSilence()
    const began = await begin()
    await falls()
    await clockPast(began + 3_000)
    await listenedFor(0)
    const back = await report()
    await turn()
    await gateway.send(++seq, [{ device: 'meter-1', at: began + 500, value: 2 }])
    await live(ALL, back)
    await turn()
    expect(await rig.late(gateway)).toMatchObject([{ rule: 'silent', device: 'meter-1' }])
    await process.workOffLate(gateway)
    expect(await rig.late(gateway)).toEqual([])
    expect(await rig.alarms(gateway)).toEqual([])
  })

  it('is kept as a span, from which history is judged by the same inputs', async () => {
    await putSilence()
    await begin()
    await falls()
    await turn()
    expect(await changesOf('meter-1')).toMatchObject([{ reached: false }])
    await listenedFor(0)
    await report()
    await turn()
    for (const each of ['meter-1', ITSELF])
      expect(await changesOf(each)).toMatchObject([{ reached: false }, { reached: true }])
  })
})

describe('a link that goes down', () => {
  const downSince = (since: number) => ({
    link: 'bus-1',
    since,
    error: { code: 'link-down', message: 'connection refused' },
    devices: ['meter-1', 'meter-2'],
  })
  const putLinkOffline = () =>
    put({ id: 'link-offline', for: { gateway: gateway.name }, each: 'link', when: { offline: 'PT1S' } })
  const dead = { rule: 'link-offline', device: '', dimension: 'bus-1', open: true }

  it('is one alarm, and none of its devices; when it is back all is as before', async () => {
    await putSilence()
    await putLinkOffline()
    const began = await begin()
    const link = downSince(began + 200)
    await clockPast(began + 1_500)
    const later = await live(['meter-3'], began, [link])
    await expect.poll(alarms, SOON).toMatchObject([dead])
    await clockPast(later + 1_500)
    await live(['meter-3'], later, [link])
    await turn()
    expect(await alarms()).toMatchObject([dead])
    await process.leases.release()
    process = rig.process()
    const up = await live(ALL)
    await expect.poll(alarms, SOON).toMatchObject([{ ...dead, open: false }])
    await clockPast(up + 1_500)
    await live(['meter-2', 'meter-3'], up)
    await expect.poll(alarms, SOON).toMatchObject([
      { ...dead, open: false },
      { rule: 'silent', device: 'meter-1', open: true },
    ])
  })

  it('is kept as a span, from which history is judged by the same inputs', async () => {
    await putSilence()
    const began = await begin()
    await live(['meter-3'], began, [downSince(began + 1)])
    await turn()
    await report()
    await turn()
    const wasDown = [{ at: began + 1, reached: false }, { reached: true }]
    expect(await changesOf('meter-2')).toMatchObject(wasDown)
    expect(await changesOf(nameOfLink('bus-1'))).toMatchObject(wasDown)
    for (const each of ['meter-3', ITSELF]) expect(await changesOf(each)).toEqual([])
  })

  it('leaves other devices of the gateway to be judged', async () => {
    await putSilence()
    await putLinkOffline()
    const began = await begin()
    await clockPast(began + 1_500)
    await live([], began, [downSince(began + 200)])
    await expect.poll(alarms, SOON).toMatchObject([{ device: 'meter-3' }, dead])
  })

  it('and its gateway after it: its devices are unknown until both are back', async () => {
    await putSilence()
    const began = await begin()
    const link = downSince(began + 200)
    await report(Date.now(), 'alive', [link])
    await turn()
    await falls()
    await clockPast(Date.now() + 1_500)
    await listenedFor(0)
    const back = await report(Date.now(), 'alive', [link])
    await turn()
    await clockPast(back + 1_500)
    await live(['meter-3'], back, [link])
    await turn()
    expect(await alarms()).toEqual([])
    const up = await report()
    await turn()
    await clockPast(up + 1_500)
    await live(['meter-3'], up)
    await expect.poll(alarms, SOON).toMatchObject([{ device: 'meter-1' }, { device: 'meter-2' }])
  })
})

describe('a device that dies beside others', () => {
  it('gets its own alarm, however little the others have to send', async () => {
    await putSilence()
    await putOffline()
    const began = await begin()
    await clockPast(began + 1_200)
    await live(['meter-1', 'meter-2'], began)
    await expect.poll(alarms, SOON).toMatchObject([{ rule: 'silent', device: 'meter-3', open: true }])
  })

  it('is not judged before its gateway is heard', async () => {
    await putSilence()
    await begin()
    await clockPast(Date.now() + 1_500)
    expect(await alarms()).toEqual([])
    await report()
    await expect.poll(alarms, SOON).toHaveLength(3)
  })
})

describe('a gateway of which no report has come', () => {
  const isNew = () => rig.pool.query('DELETE FROM gateway_reach WHERE gateway_id = $1', [gateway.id])
  const sendAll = (arrivedAt = Date.now()) =>
    gateway.send(
      ++seq,
      ALL.map((device) => ({ device, value: 1 })),
      'stored',
      arrivedAt,
    )

  it('may have died before its first: that is one alarm, and none of its devices', async () => {
    await isNew()
    await putSilence()
    await putOffline()
    await turn()
    await sendAll()
    await clockPast(Date.now() + 2_000)
    expect(await alarms()).toEqual([])
    await falls()
    const dead = [{ rule: 'gateway-offline', device: '', open: true }]
    await expect.poll(alarms, SOON).toMatchObject(dead)
    await clockPast(Date.now() + 1_500)
    expect(await alarms()).toMatchObject(dead)
    await listenedFor(0)
    await live(ALL)
    await expect.poll(alarms, SOON).toMatchObject([{ ...dead[0], open: false }])
  })

  it('never reports where records of it have come for long enough: then its devices are judged by their silence', async () => {
    await isNew()
    await putSilence()
    await turn()
    await sendAll(Date.now() - 61_000)
    await turn()
    await clockPast(Date.now() + 1_200)
    expect(await alarms()).toEqual([])
    await sendAll()
    await expect.poll(alarms, SOON).toHaveLength(3)
    await process.leases.release()
    process = rig.process()
    await falls()
    await clockPast(Date.now() + 1_200)
    expect(await alarms()).toHaveLength(3)
    await live(ALL)
    await expect.poll(alarms, SOON).toMatchObject(ALL.map(() => ({ open: false })))
  })
})

describe('a process that ends', () => {
  it.each<Step>(['fetched', 'copied', 'before-commit', 'committed'])(
    'at the step %s leaves nothing undone and nothing done twice',
    async (step) => {
      await putSilence()
      await putOffline()
      await begin()
      const dies = async (): Promise<void> => {
        await process.leases.release()
        const dying = rig.process({
          failPoint: (passed) => {
            if (passed === step) throw new Error(`killed at ${step}`)
          },
        })
        await expect(dying.turn(gateway)).rejects.toThrow(/killed/)
        await dying.leases.release()
        process = rig.process()
      }
      for (const round of [1, 2]) {
        await falls()
        await dies()
        await clockPast(Date.now() + 1_200)
        await dies()
        expect(await alarms()).toHaveLength(round)
        await listenedFor(0)
        const back = await report()
        await dies()
        await live(ALL, back)
        await dies()
        expect((await alarms()).map(({ device, open }) => [device, open])).toEqual(
          Array.from({ length: round }, () => ['', false]),
        )
      }
      const { rows } = await rig.pool.query('SELECT FROM gateway_unreached WHERE gateway_id = $1', [
        gateway.id,
      ])
      expect(rows).toHaveLength(2)
    },
  )
})

it('a rule that is new counts no silence while the gateway is away', async () => {
  await begin()
  await falls()
  await turn()
  await putSilence()
  await clockPast(Date.now() + 1_500)
  expect(await alarms()).toEqual([])
})
