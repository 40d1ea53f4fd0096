import { expect, test } from 'vitest'
import { planAnomaly } from './plan.ts'

const READ = new Map([
  ['pump-1', ['flow', 'pressure']],
  ['odd-1', ['anomaly']],
])

function planned(document: unknown, read: ReadonlyMap<string, readonly string[]> | undefined = READ) {
  const faults: string[] = []
  const plan = planAnomaly(document, '/etc/ganzhi', read, (path, message) =>
    faults.push(`${path.join('.')} ${message}`),
  )
  return { plan, faults }
}

test('paths begin where the file is', () => {
  const document = { trustedKeys: ['city.pub'], devices: { 'pump-1': { package: '../models/pump-1' } } }
  expect(planned(document)).toEqual({
    plan: {
      trustedKeys: ['/etc/ganzhi/city.pub'],
      packages: new Map([['pump-1', '/etc/models/pump-1']]),
    },
    faults: [],
  })
})

test('nothing is watched where nothing is asked for', () => {
  expect(planned({})).toEqual({ plan: { trustedKeys: [], packages: new Map() }, faults: [] })
})

const trustedKeys = ['city.pub']
test.each([
  [{ trustedKeys, devices: { 'pump-9': { package: 'p' } } }, 'devices.pump-9 is no device of links'],
  [
    { trustedKeys, devices: { 'odd-1': { package: 'p' } } },
    'devices.odd-1 has a property anomaly of its own',
  ],
  [{ devices: { 'pump-1': { package: 'p' } } }, 'devices.pump-1.package is signed by nobody who is trusted'],
  [{ trustedKeys, devices: { 'pump-1': {} } }, /devices\.pump-1 .*package/],
  [{ trustedKeys, device: {} }, 'device is not a known field'],
  ['pump-1', /object/],
])('%j is a fault', (document, fault) => {
  const [first] = planned(document).faults
  expect(first).toMatch(fault)
})

test('what could not be told of the links is not told twice', () => {
  const plan = planAnomaly({ trustedKeys, devices: { 'pump-1': { package: 'p' } } }, '/', undefined, () =>
    expect.fail('no fault of its own'),
  )
  expect(plan.packages.size).toBe(1)
})
