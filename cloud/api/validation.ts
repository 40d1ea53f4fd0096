import { GanzhiError } from '@ganzhi/contracts/error'
import { schemaFaults } from '@ganzhi/contracts/schema'
import type { FastifySchemaCompiler } from 'fastify'
import { IsArray, IsObject, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Convert, Default } from 'typebox/value'

/** Texts of a query become the numbers and flags that its schema asks for; a body is taken as it is. */
export const validateRequests: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'request' }) => {
  const validator = Compile(schema)
  return (value: unknown) => {
    const typed = httpPart === 'body' ? value : Default(schema, Convert(schema, splitLists(schema, value)))
    if (validator.Check(typed)) return { value: typed }
    const [fault] = schemaFaults(schema, typed)
    const field = fault?.field || httpPart
    return {
      error: new GanzhiError(`${field} ${fault?.message ?? 'is not valid'}`, {
        code: 'bad-input',
        blame: 'caller',
        field,
        remedy: `Correct ${field}; /api/openapi.json says what it may be.`,
      }),
    }
  }
}

/** `series=1,2,3` is the same list as `series=1&series=2&series=3`. */
function splitLists(schema: TSchema, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !IsObject(schema)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const property = schema.properties[name]
      const isList = typeof given === 'string' && property !== undefined && IsArray(property)
      return [name, isList ? given.split(',') : given]
    }),
  )
}
