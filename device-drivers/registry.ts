import { GanzhiError } from '@ganzhi/contracts/error'
import type { Driver } from './driver.ts'
import { modbus } from './modbus/driver.ts'

/** Every driver there is; nothing registers itself by being imported. */
export const drivers = registry([modbus])

export type Drivers = ReadonlyMap<string, Driver>

export function registry(list: readonly Driver[]): Drivers {
  const byId = new Map<string, Driver>()
  for (const driver of list) {
    if (byId.has(driver.id)) {
      throw new GanzhiError(`two drivers are called ${driver.id}`, {
        code: 'duplicate-driver',
        blame: 'ours',
        remedy: 'Give one of them another id in device-drivers/registry.ts.',
      })
    }
    byId.set(driver.id, driver)
  }
  return byId
}

export function driverOf(id: string, from: Drivers = drivers): Driver {
  const driver = from.get(id)
  if (driver) return driver
  throw new GanzhiError(`there is no driver ${id}`, {
    code: 'unknown-driver',
    blame: 'caller',
    field: 'driver',
    remedy: `Use one of: ${[...from.keys()].join(', ')}.`,
  })
}
