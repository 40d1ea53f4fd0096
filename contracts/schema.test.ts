import Type from 'typebox'
import { expect, test } from 'vitest'
import { schemaFaults } from './schema.ts'

const Schema = Type.Object(
  {
    table: Type.Enum(['coil', 'holding']),
    address: Type.Integer({ minimum: 0, maximum: 65_535 }),
    framing: Type.Optional(Type.Literal('rtu')),
    secret: Type.Optional(Type.String({ minLength: 8 })),
  },
  { additionalProperties: false },
)
const RIGHT = { table: 'coil', address: 1 }

test.each<[unknown, string]>([
  [{ ...RIGHT, table: 'Holding' }, 'table must be one of coil holding, not "Holding"'],
  [{ ...RIGHT, address: 400_001 }, 'address must be <= 65535, not 400001'],
  [{ ...RIGHT, address: -1 }, 'address must be >= 0, not -1'],
  [{ ...RIGHT, address: '1' }, 'address must be integer, not "1"'],
  [{ ...RIGHT, address: NaN }, 'address must be integer, not NaN'],
  [{ ...RIGHT, address: [1] }, 'address must be integer, not a list'],
  [{ ...RIGHT, framing: 'tcp' }, 'framing must be "rtu", not "tcp"'],
  [{ ...RIGHT, secret: 'hunter2' }, 'secret must not have fewer than 8 characters'],
  [undefined, ' must be object, not nothing'],
  [{ ...RIGHT, table: 'x'.repeat(1_000) }, `table must be one of coil holding, not "${'x'.repeat(59)}…`],
])('a fault in %j says what may be, and what was found', (value, said) => {
  expect(schemaFaults(Schema, value).map(({ field, message }) => `${field} ${message}`)).toContain(said)
})
