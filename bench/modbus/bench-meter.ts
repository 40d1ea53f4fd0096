import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const METER = 'bench/meter'
export const POINTS = 30
/** Of all points, one behind the other. */
export const REGISTERS = 50

/** A profile of thirty points that are read every second and always sent, as file and in a folder for the agent. */
export async function writeMeter(dir: string): Promise<{ folder: string; file: string }> {
  const folder = join(dir, 'profiles')
  const file = join(folder, 'bench', 'meter.yaml')
  const kinds = [
    { type: 'float32', registers: 2 },
    { type: 'int16', scale: 0.1, registers: 1 },
    { type: 'uint32', order: 'CDAB', registers: 2 },
  ] as const
  const ids = Array.from({ length: POINTS }, (_, i) => `p${i}`)
  let address = 0
  const points = ids.map((id, i) => {
    const { registers, ...kind } = kinds[i % kinds.length] ?? kinds[0]
    const point = { id, table: 'holding', address, ...kind }
    address += registers
    return point
  })
  const setpoint = { id: 'setpoint', table: 'holding', address: REGISTERS, type: 'uint16' }
  const profile = {
    id: METER,
    version: 1,
    maker: 'Ganzhi',
    model: 'Bench meter',
    names: { zh: '测试仪表', en: 'Bench meter' },
    properties: [
      ...ids.map((id, i) => ({
        id,
        names: { zh: id, en: id },
        type: i % 3 === 2 ? 'integer' : 'float',
        range: [0, 3000],
        access: 'r',
        intervalMs: 1000,
      })),
      { id: 'setpoint', names: { zh: '设定值', en: 'Set point' }, type: 'integer', access: 'w' },
    ],
    protocols: { modbus: { points: [...points, setpoint] } },
  }
  await mkdir(join(folder, 'bench'), { recursive: true })
  // YAML takes JSON as it is.
  await writeFile(file, JSON.stringify(profile))
  return { folder, file }
}
