import { GanzhiError } from '@ganzhi/contracts/error'
import { schemaFaults } from '@ganzhi/contracts/schema'
import type { Driver } from '@ganzhi/device-drivers/driver'
import { type ConfigFault, configText, faultLine } from '@ganzhi/firmware-config/config-text'
import Type, { type Static, type TObject } from 'typebox'

export type Point = Static<TObject> & { readonly id: string }

interface PointsFile {
  readonly points: readonly Point[]
}

/** All faults at once, each with its line: who writes a list should not find them one by one. */
export function pointsFile(driver: Driver, text: string): PointsFile {
  const document = configText(text)
  const faults: ConfigFault[] = [...document.faults]
  const schema = Type.Object(
    { ...driver.deviceSchema.properties, points: Type.Array(driver.pointSchema, { minItems: 1 }) },
    { additionalProperties: false },
  )
  if (faults.length === 0) {
    faults.push(
      ...schemaFaults(schema, document.value).map(({ path, message }) => document.fault(path, message)),
    )
  }
  if (faults.length > 0) throw refusedFor(faults)
  const file = document.value as PointsFile
  const before = new Map<string, number>()
  file.points.forEach((point, i) => {
    const fault = driver.pointFault?.(point)
    if (fault) faults.push(document.fault(['points', i, fault.field], fault.message, fault.remedy))
    const first = before.get(point.id)
    if (first !== undefined) {
      const message = `${point.id} 重复 is also points[${first}]`
      faults.push(document.fault(['points', i, 'id'], message, 'Give each its own id.'))
    }
    before.set(point.id, i)
  })
  if (faults.length > 0) throw refusedFor(faults)
  return file
}

const MOST_SHOWN = 20

function refusedFor(faults: readonly ConfigFault[]): GanzhiError {
  const lines = faults.slice(0, MOST_SHOWN).map((fault) => faultLine('points', fault))
  const rest = faults.length > MOST_SHOWN ? [`… ${faults.length - MOST_SHOWN} more`] : []
  return new GanzhiError([...lines, ...rest].join('\n  '), {
    code: 'bad-input',
    blame: 'caller',
    field: faults[0]?.path || 'points',
    remedy: '改正所列各处。Correct what is named.',
  })
}
