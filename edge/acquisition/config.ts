import { DeviceId, PropertyId } from '@ganzhi/contracts/device-id'
import { Property } from '@ganzhi/contracts/profile'
import { Token } from '@ganzhi/contracts/record-key'
import Type, { type Static, type TObject } from 'typebox'

const closed = { additionalProperties: false } as const
const { deadband, intervalMs, maxReportMs, minReportMs } = Property.properties

/** What this gateway does otherwise than the profile says. */
export const PropertyOverride = Type.Object(
  {
    /** False: it is not read. */
    read: Type.Optional(Type.Boolean()),
    intervalMs,
    deadband,
    minReportMs,
    maxReportMs,
  },
  closed,
)

const Device = Type.Object({
  id: DeviceId,
  profile: Type.String({ minLength: 1 }),
  /** For every property that has no override of its own. */
  intervalMs,
  properties: Type.Optional(Type.Record(PropertyId, PropertyOverride)),
})
export type DeviceConfig = Static<typeof Device>

/** Further fields are the address of the device, as its driver describes it: `unit: 3`. */
export function deviceSchemaOf(address: TObject): TObject {
  return Type.Object({ ...Device.properties, ...address.properties }, closed)
}

/** A link, but for its devices: each is checked alone, by the schema of the link's driver. */
export const LinkHead = Type.Object(
  {
    id: Token,
    driver: Type.String({ minLength: 1 }),
    /** As the driver describes it. */
    connection: Type.Record(Type.String(), Type.Unknown()),
    devices: Type.Array(Type.Unknown(), { maxItems: 10_000 }),
  },
  closed,
)

/** What a gateway reads, but for its links. */
export const AcquisitionHead = Type.Object(
  {
    /** How often readings are handed on as a batch. */
    telemetryMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 3_600_000 })),
    links: Type.Array(Type.Unknown(), { maxItems: 1_000 }),
  },
  closed,
)
