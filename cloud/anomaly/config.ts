import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { DeviceId } from '@ganzhi/contracts/device-id'
import { GanzhiError } from '@ganzhi/contracts/error'
import { schemaFaults } from '@ganzhi/contracts/schema'
import { type ConfigFault, configText, faultLine } from '@ganzhi/firmware-config/config-text'
import type { ModelOrder } from '@ganzhi/models/anomaly/open-model'
import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const Path = Type.String({ minLength: 1 })

/** Which devices are scored in the cloud, each by a model of its own series. */
const AnomalyFile = Type.Object(
  {
    /** PEM files of those whose model packages are run. */
    trustedKeys: Type.Array(Path, { minItems: 1 }),
    /** Gateway → device → its model. */
    gateways: Type.Record(
      Type.String(),
      Type.Record(DeviceId, Type.Object({ package: Path }, closed), closed),
    ),
  },
  closed,
)

export interface DeviceModel extends ModelOrder {
  readonly gateway: string
}

/** Relative paths begin where the file is. */
export async function readAnomalyFile(file: string): Promise<DeviceModel[]> {
  const text = await readFile(file, 'utf8').catch(({ message }: Error) => {
    throw refused(file, [{ path: '', message, remedy: 'Give the path of a readable YAML file.' }])
  })
  const yaml = configText(text)
  if (yaml.faults.length > 0) throw refused(file, yaml.faults)
  const faults = schemaFaults(AnomalyFile, yaml.value)
  if (faults.length > 0)
    throw refused(
      file,
      faults.map(({ path, message }) => yaml.fault(path, message)),
    )
  const { trustedKeys, gateways } = yaml.value as Static<typeof AnomalyFile>
  const from = (path: string) => resolve(dirname(file), path)
  return Object.entries(gateways).flatMap(([gateway, devices]) =>
    Object.entries(devices).map(([device, model]) => ({
      gateway,
      device,
      dir: from(model.package),
      trustedKeys: trustedKeys.map(from),
    })),
  )
}

function refused(file: string, faults: readonly ConfigFault[]): GanzhiError {
  return new GanzhiError(faults.map((fault) => faultLine(file, fault)).join('\n'), {
    code: 'bad-config',
    blame: 'caller',
    field: 'GANZHI_ANOMALY',
    remedy: 'Correct what is named.',
  })
}
