import { check, schemaFaults } from '@ganzhi/contracts/schema'
import { SCORE } from '@ganzhi/models/anomaly/score-reading'
import { resolve } from 'node:path'
import { AnomalyConfig } from './config.ts'

export interface AnomalyPlan {
  /** Paths of PEM files. */
  readonly trustedKeys: readonly string[]
  /** Device → folder of its model's package. */
  readonly packages: ReadonlyMap<string, string>
}

type TellFault = (path: readonly string[], message: string, remedy?: string) => void

/** Of a device that is read, the ids of its properties. */
export type ReadDevices = ReadonlyMap<string, readonly string[]>

const NOTHING: AnomalyPlan = { trustedKeys: [], packages: new Map() }

/** Relative paths begin at `base`. `read` is undefined where what is read could not be told. */
export function planAnomaly(
  document: unknown,
  base: string,
  read: ReadDevices | undefined,
  fault: TellFault,
): AnomalyPlan {
  const faults = schemaFaults(AnomalyConfig, document)
  for (const { path, message } of faults) fault(path, message)
  if (faults.length > 0) return NOTHING
  const { trustedKeys = [], devices = {} } = check(AnomalyConfig, document, 'anomaly')
  for (const device of Object.keys(devices)) {
    if (trustedKeys.length === 0) {
      const remedy = 'Name the PEM file of whoever signs it in anomaly.trustedKeys.'
      fault(['devices', device, 'package'], 'is signed by nobody who is trusted', remedy)
    }
    if (read && !read.has(device)) {
      fault(['devices', device], 'is no device of links', 'Name a device that is read.')
    }
    if (read?.get(device)?.includes(SCORE)) {
      fault(['devices', device], `has a property ${SCORE} of its own`, 'It can not be watched.')
    }
  }
  return {
    trustedKeys: trustedKeys.map((file) => resolve(base, file)),
    packages: new Map(
      Object.entries(devices).map(([device, model]) => [device, resolve(base, model.package)]),
    ),
  }
}
