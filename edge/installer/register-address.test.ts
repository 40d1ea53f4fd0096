import { expect, test } from 'vitest'
import { registerAddress } from './register-address.ts'

test.each([
  ['40001', 'holding', 1, 1],
  ['400001', 'holding', 1, 1],
  ['465536', 'holding', 65_536, 1],
  ['30010', 'input', 10, 1],
  ['10005', 'discrete', 5, 1],
  ['00004', 'coil', 4, 1],
  ['holding:0', 'holding', 0, 0],
  ['input:0x10', 'input', 16, 0],
  ['input:10H', 'input', 16, 0],
  ['保持寄存器：7', 'holding', 7, 0],
  ['线圈:3', 'coil', 3, 0],
])('%s is %s %i, counted from %i', (text, table, number, base) => {
  expect(registerAddress(text)).toEqual({ table, number, base })
})

test.each(['100', '40000', '20001', '465537', 'holding', 'holding:-1', 'holding:65536', 'register:1', ''])(
  '"%s" says no register',
  (text) => expect(registerAddress(text)).toBeUndefined(),
)
