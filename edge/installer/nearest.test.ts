import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const COMMANDS = ['run', 'scan', 'read', 'write', 'plan', 'doctor', 'status', 'import']

test.each([
  ['raed', 'read'],
  ['stauts', 'status'],
  ['docter', 'doctor'],
  ['Plan', 'plan'],
  ['wirte', 'write'],
])('%s most likely means %s', (given, meant) => expect(nearest(given, COMMANDS)).toBe(meant))

test.each(['fly', 'configure', ''])('%j means none of them', (given) =>
  expect(nearest(given, COMMANDS)).toBeUndefined(),
)
