import { ModbusPoint, modbusPointFault } from '@ganzhi/contracts/profile'
import Type from 'typebox'
import type { Driver } from '../driver.ts'
import { ModbusTcpLink } from './link.ts'
import { UnitPlan } from './plan.ts'
import { readUnit } from './read-unit.ts'

const closed = { additionalProperties: false } as const

const ConfigSchema = Type.Object(
  {
    host: Type.String({ minLength: 1 }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 10, maximum: 60_000 })),
    connectTimeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 60_000 })),
  },
  closed,
)
const DeviceSchema = Type.Object({ unit: Type.Integer({ minimum: 0, maximum: 255 }) }, closed)

/** Modbus TCP, reading. */
export const modbus: Driver<typeof ConfigSchema, typeof DeviceSchema, typeof ModbusPoint> = {
  id: 'modbus',
  configSchema: ConfigSchema,
  deviceSchema: DeviceSchema,
  pointSchema: ModbusPoint,
  pointFault: modbusPointFault,
  async open({ host, port = 502, timeoutMs = 1_000, connectTimeoutMs = 3_000 }, context) {
    const link = new ModbusTcpLink({ host, port, timeoutMs, connectTimeoutMs }, context)
    const now = () => context.clock.now()
    const plans = new Map<number, UnitPlan>()
    return {
      async read({ unit }, points, { signal }) {
        const plan = plans.get(unit) ?? new UnitPlan()
        plans.set(unit, plan)
        return await readUnit({ link, unit, plan, signal, now }, points)
      },
      [Symbol.asyncDispose]: () => link.dispose(),
    }
  },
}
