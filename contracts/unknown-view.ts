import Type, { type Static } from 'typebox'
import { Token } from './record-key.ts'

const Since = Type.String({ format: 'date-time' })

/** 未知: nobody knows how a device is, since what it stands behind is not heard of. */
export const UnknownView = Type.Union(
  [
    Type.Object({
      parent: Type.Unsafe<string>({ ...Token, description: 'the gateway' }),
      since: Type.Unsafe<string>({ ...Since, description: 'what came before is known' }),
    }),
    Type.Null(),
  ],
  { description: 'nobody knows how the device is: its gateway is not heard of. null: it is known' },
)
export type UnknownView = Static<typeof UnknownView>
