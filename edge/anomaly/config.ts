import { DeviceId } from '@ganzhi/contracts/device-id'
import Type from 'typebox'

const closed = { additionalProperties: false } as const
const Path = Type.String({ minLength: 1 })

/** Which devices are watched for anomalies, each by a model of its own series. */
export const AnomalyConfig = Type.Object(
  {
    /** PEM files of those whose model packages are run. */
    trustedKeys: Type.Optional(Type.Array(Path)),
    devices: Type.Optional(Type.Record(DeviceId, Type.Object({ package: Path }, closed))),
  },
  closed,
)
