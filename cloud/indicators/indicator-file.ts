import { join } from 'node:path'
import type { Indicator } from '@ganzhi/contracts/indicator'
import { checkedText } from '@ganzhi/firmware-config/checked-text'
import { loadYamlFolder } from '@ganzhi/firmware-config/yaml-folder'
import { indicatorFaults } from './indicator-faults.ts'

/** From its file's text, YAML or JSON; refused with everything that is wrong, by line and field. */
export function readIndicator(text: string, file: string): Indicator {
  return checkedText(text, file, indicatorFaults) as Indicator
}

/** The indicators that come with the platform. */
export const READY_INDICATORS = join(import.meta.dirname, 'ready')

export function loadIndicators(folder = READY_INDICATORS): Promise<ReadonlyMap<string, Indicator>> {
  return loadYamlFolder(folder, readIndicator)
}
