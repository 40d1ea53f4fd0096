import Type, { type Static } from 'typebox'
const Since = Type.String({ format: 'date-time' })

/** 未知: nobody knows how a device is, since what it stands behind is not heard of. */
export const UnknownView = Type.Union(
  [
    Type.Object({
      parent: Type.String({
        pattern: '^[a-z0-9-]{1,64}(/[a-z0-9-]{1,64})?$',
        description: 'the gateway, or a link of it: gateway/link',
      }),
      since: Type.Unsafe<string>({ ...Since, description: 'what came before is known' }),
    }),
    Type.Null(),
  ],
  {
    description: 'nobody knows how the device is: its gateway or its link is not heard of. null: it is known',
  },
)
export type UnknownView = Static<typeof UnknownView>
