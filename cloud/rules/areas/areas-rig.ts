import type { Rule } from '@ganzhi/contracts/rule'
import { placeDevices } from '../../areas/place-devices.ts'
import { AREAS, PARTITIONS } from '../live/partition-leases.ts'
import type { RigGateway } from '../live/rig-gateway.ts'
import { type RigProcess, type RulesRig, openRulesRig } from '../live/rules-rig.ts'
import type { AreasHeld } from './areas-held.ts'
import { reviseLateArea } from './revise-areas.ts'
import { takeAreaTurn } from './take-area-turn.ts'

/** For tests: two streets of a city, one of them with a park, and those who judge them. */
export interface AreasRig extends AsyncDisposable {
  readonly rules: RulesRig
  /** Forgets all, and begins with a new process. */
  restart(): Promise<void>
  readonly process: RigProcess
  readonly held: AreasHeld | undefined
  /** What is held in memory is read again. */
  forget(): void
  stand(gateway: RigGateway, device: string, area: string): Promise<void>
  areaTurn(options?: RulesRig['options']): Promise<void>
  /** The partitions of these gateways have a turn, all others have come as far, and then areas have theirs. */
  turn(...gateways: readonly RigGateway[]): Promise<void>
  /** All that is known late is worked off. */
  workOffLate(...gateways: readonly RigGateway[]): Promise<void>
  alarms(): Promise<unknown[]>
}

export async function openAreasRig(startServer: Parameters<typeof openRulesRig>[0]): Promise<AreasRig> {
  const rules = await openRulesRig(startServer)
  const { pool } = rules
  await pool.query(
    `INSERT INTO area (token, level, name_zh, parent, path, revision) VALUES ('city', 'city', '市', NULL, 'city/', 1),
       ('east', 'street', '东街道', 'city', 'city/east/', 1), ('west', 'street', '西街道', 'city', 'city/west/', 1),
       ('park', 'community', '公园社区', 'east', 'city/east/park/', 1)`,
  )
  let process = rules.process()
  let held: AreasHeld | undefined
  const lease = async () => {
    const own = (await process.leases.renew()).find(({ partition }) => partition === AREAS)
    if (!own) throw new Error('the areas are another’s')
    return own
  }
  const rig: AreasRig = {
    rules,
    get process() {
      return process
    },
    get held() {
      return held
    },
    forget() {
      held = undefined
    },
    async restart() {
      await process.leases.release()
      await rules.removeRules()
      await pool.query(
        `DELETE FROM rule_fact; DELETE FROM rule_meeting; DELETE FROM rule_area_state; DELETE FROM rule_area_event;
         DELETE FROM rule_area_late; DELETE FROM rule_checkpoint_area; DELETE FROM rule_late; DELETE FROM alarm_transition; DELETE FROM alarm`,
      )
      process = rules.process()
      held = undefined
    },
    async stand({ name: gateway }, device, area) {
      await placeDevices(pool, [{ gateway, device, area }], { dryRun: false })
    },
    async areaTurn(options = rules.options) {
      const own = await lease()
      const known = held
      held = undefined
      ;({ held } = await takeAreaTurn(own, known, options))
    },
    async turn(...gateways) {
      for (const gateway of gateways) await process.turn(gateway)
      await pool.query('UPDATE rule_partition SET clock = now() WHERE id <> ALL ($1::int[])', [
        [AREAS, ...gateways.map(({ id }) => id % PARTITIONS)],
      ])
      await rig.areaTurn()
    },
    async workOffLate(...gateways) {
      for (const gateway of gateways) await process.workOffLate(gateway)
      await rig.turn(...gateways)
      const own = await lease()
      const known = held
      if (!known) return
      while (await reviseLateArea(own, known, { settleMs: 0, atMostMs: 0 }, rules.options));
    },
    async alarms() {
      const { rows } = await pool.query<Record<string, unknown>>(
        `SELECT area, severity, closed_at IS NULL AS open, withdrawn, (SELECT json_agg(json_build_object('to', to_state, 'why', why,
           'value', value, 'at', (extract(epoch FROM at) * 1000)::int8, 'late', late, 'revised', revised_at IS NOT NULL) ORDER BY at)
           FROM alarm_transition WHERE alarm_id = alarm.id) AS transitions
         FROM alarm ORDER BY opened_at, area`,
      )
      return rows
    },
    [Symbol.asyncDispose]: () => rules[Symbol.asyncDispose](),
  }
  return rig
}

/** Streets in which so many devices are above the limit. */
export function many(atLeast: number): Rule {
  return {
    id: 'many',
    for: {},
    each: 'street',
    when: { devices: { atLeast, when: { above: 10, property: 'power' } } },
    severity: 'major',
    lateness: 'PT0S',
  } as never
}

export function eventOf(type: string, n: number, device: string, at: number): object {
  const incident = `01JD${String(n).padStart(22, '0')}`
  return {
    specversion: '1.0',
    id: `${incident}.started.0`,
    source: 'test',
    type: `${type}.started`,
    subject: device,
    time: new Date(at).toISOString(),
    incident,
    trace: {},
    data: {},
  }
}
