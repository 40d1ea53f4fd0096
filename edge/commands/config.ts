import Type, { type Static } from 'typebox'

/** What commands may do on this gateway. */
export const CommandsConfig = Type.Object(
  {
    /**
     * Dangerous properties that may be written here: `<device>/<property>`, or `<profile>/<property>` for all devices
     * of a profile. Nothing dangerous is done that does not stand here.
     */
    permit: Type.Optional(
      Type.Array(Type.String({ pattern: '^([^/]+/){1,2}[A-Za-z][A-Za-z0-9_]{0,63}$', maxLength: 300 })),
    ),
  },
  { additionalProperties: false },
)
export type CommandsConfig = Static<typeof CommandsConfig>
