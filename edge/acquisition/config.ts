import { DeviceId, PropertyId } from '@ganzhi/contracts/point-table'
import { Property } from '@ganzhi/contracts/profile'
import { Token } from '@ganzhi/contracts/record-key'
import Type, { type Static } from 'typebox'

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

/** Further fields are the address of the device, as its driver describes it: `unit: 3`. */
export const DeviceConfig = Type.Object({
  id: DeviceId,
  profile: Type.String({ minLength: 1 }),
  /** For every property that has no override of its own. */
  intervalMs,
  properties: Type.Optional(Type.Record(PropertyId, PropertyOverride)),
})
export type DeviceConfig = Static<typeof DeviceConfig>

export const LinkConfig = Type.Object(
  {
    id: Token,
    driver: Type.String({ minLength: 1 }),
    /** As the driver describes it. */
    connection: Type.Record(Type.String(), Type.Unknown()),
    devices: Type.Array(DeviceConfig, { maxItems: 10_000 }),
  },
  closed,
)
export type LinkConfig = Static<typeof LinkConfig>

/** What a gateway reads, and how. */
export const AcquisitionConfig = Type.Object(
  {
    /** How often readings are handed on as a batch. */
    telemetryMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 3_600_000 })),
    links: Type.Array(LinkConfig, { maxItems: 1_000 }),
  },
  closed,
)
export type AcquisitionConfig = Static<typeof AcquisitionConfig>
