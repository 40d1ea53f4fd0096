import { readFile } from 'node:fs/promises'
import { checkedText } from '@ganzhi/firmware-config/checked-text'

export type DeviceAttributes = ReadonlyMap<string, Readonly<Record<string, unknown>>>

const REMEDY = '写成 Write device: { attribute: number }, such as dev-1: { limit: 70 }'

/** Attributes of devices by their ids, from YAML or JSON. */
export async function readAttributes(file: string): Promise<DeviceAttributes> {
  const found = checkedText(await readFile(file, 'utf8'), file, (value) => {
    if (!isMapping(value))
      return [{ path: [], message: 'is no list of devices by their ids', remedy: REMEDY }]
    return Object.entries(value)
      .filter(([, attributes]) => !isMapping(attributes))
      .map(([device]) => ({ path: [device], message: 'has no attributes by their names', remedy: REMEDY }))
  })
  return new Map(Object.entries(found as Record<string, Record<string, unknown>>))
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
