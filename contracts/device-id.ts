import Type from 'typebox'

export const DeviceId = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' })
export const PropertyId = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' })
