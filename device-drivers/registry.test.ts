import { expect, test } from 'vitest'
import { modbus } from './modbus/driver.ts'
import { driverOf, drivers, registry } from './registry.ts'

test('two drivers of one name stop the start', () => {
  expect(() => registry([modbus, modbus])).toThrow(
    expect.objectContaining({ code: 'duplicate-driver', blame: 'ours' }),
  )
})

test('an unknown driver is refused with the names of those there are', () => {
  expect(() => driverOf('modbuz')).toThrow(
    expect.objectContaining({ field: 'driver', remedy: 'Use one of: modbus.' }),
  )
})

test('every driver describes its points with an id, and is found by its own', () => {
  expect(drivers.size).toBeGreaterThanOrEqual(1)
  for (const [id, driver] of drivers) {
    expect(driverOf(id)).toBe(driver)
    expect(driver.pointSchema.required).toContain('id')
  }
})
