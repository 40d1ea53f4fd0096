import { expect, test } from 'vitest'
import { isProductionServer } from './nats-version.ts'

test.each([
  ['2.9.10', false],
  ['2.12.14', false],
  ['2.12.15', true],
  ['2.13.9', false],
  ['2.14.4', false],
  ['2.14.5', true],
  ['2.14.10-RC.1', true],
  ['2.15.0', true],
  ['3.0.0', true],
  ['', false],
])('nats-server %s is fit for production: %s', (version, fit) => {
  expect(isProductionServer(version)).toBe(fit)
})
