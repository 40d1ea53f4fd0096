import { modbusPointFault } from '@ganzhi/contracts/modbus-point-fault'
import { GanzhiError } from '@ganzhi/contracts/error'
import { ModbusPoint } from '@ganzhi/contracts/profile'
import type { Driver, LinkContext, Link } from '../driver.ts'
import { type Connection, connectionFault, ConnectionSchema, type Device, DeviceSchema } from './config.ts'
import { openWire } from './open-wire.ts'
import type { ModbusExchange } from './plan.ts'
import { failures } from './results.ts'
import { scans } from './scan.ts'
import { Unit } from './unit.ts'
import { UnitReads } from './unit-reads.ts'
import { writePoint } from './unit-writes.ts'

const TIMEOUT_MS = 1_000

/** Modbus TCP, RTU on a serial line, and RTU over TCP. */
export const modbus: Driver<typeof ConnectionSchema, typeof DeviceSchema, typeof ModbusPoint> = {
  id: 'modbus',
  configSchema: ConnectionSchema,
  deviceSchema: DeviceSchema,
  pointSchema: ModbusPoint,
  connectionFault,
  pointFault: modbusPointFault,
  open: async (connection, context) => await Promise.resolve(openLink(connection, context)),
  scans,
}

function openLink(connection: Connection, context: LinkContext): Link<Device, ModbusPoint> {
  const wire = openWire(connection, context)
  const units = new Map<number, { device: Device; unit: Unit; reads: UnitReads }>()

  function unitOf(device: Device) {
    const known = units.get(device.unit)
    if (known?.device.limits === device.limits && known) return known
    const { timeoutMs = TIMEOUT_MS } = connection
    const unit = new Unit({ unit: device.unit, given: device.limits, wire, timeoutMs, context })
    const made = { device, unit, reads: new UnitReads(unit) }
    units.set(device.unit, made)
    return made
  }

  return {
    reads: {
      plan: (device, points) => unitOf(device).reads.plan(points),
      exchange: async (device, planned, { signal }) => {
        // The caller hands back what `plan` or `instead` gave.
        const exchange = planned as ModbusExchange
        const fault = unitFault(connection, device)
        if (fault) return { results: failures(exchange, fault, context.clock.now()) }
        return await unitOf(device).reads.exchange(exchange, signal)
      },
      get depth() {
        // A unit that needs a rest would get none from a request sent beside its own.
        const resting = [...units.values()].some(({ unit }) => unit.pauseMs > 0)
        return resting ? 1 : wire.depth
      },
    },
    writes: {
      async write(device, point, value, { signal }) {
        const fault = unitFault(connection, device)
        if (fault) throw fault
        return await writePoint(unitOf(device).unit, point, value, signal)
      },
    },
    [Symbol.asyncDispose]: async () => await wire[Symbol.asyncDispose](),
  }
}

/** "MODBUS over Serial Line V1.02" 2.2: 0 is a broadcast, which nobody answers; above 247 is reserved. */
function unitFault({ host, framing }: Connection, { unit }: Device): GanzhiError | undefined {
  const serial = host === undefined || framing === 'rtu'
  if (!serial || (unit >= 1 && unit <= 247)) return undefined
  return new GanzhiError(`no device on a serial line answers as unit ${unit}`, {
    code: 'bad-unit',
    blame: 'caller',
    field: 'unit',
    remedy: 'Use the number set on the device, 1 to 247.',
  })
}
