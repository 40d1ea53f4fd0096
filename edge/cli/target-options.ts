import { GanzhiError } from '@ganzhi/contracts/error'
import { readFile } from 'node:fs/promises'
import { type Target, targetOf } from '../installer/target.ts'
import { badUse, needed, wholeNumber } from './command.ts'

/** Options of every command that speaks with a device which is in no configuration. */
export const TARGET_OPTIONS = {
  driver: { type: 'string' },
  connection: { type: 'string' },
  points: { type: 'string' },
  profile: { type: 'string' },
  unit: { type: 'string' },
} as const

export const TARGET_HELP = `
  --driver modbus          驱动 driver
  --connection '<json>'    连接 connection, as scan prints it:
                             '{"host":"192.168.1.10"}'                       Modbus TCP
                             '{"host":"192.168.1.10","port":4001,"framing":"rtu"}'  串口服务器 serial server
                             '{"path":"/dev/ttyUSB0","baudRate":9600}'       串口 serial port
  --points <yaml>          点表文件 points file: unit, points
  --profile <id|file>      或物模型 or a profile, with 与 --unit N`

export interface TargetValues {
  readonly driver?: string | undefined
  readonly connection?: string | undefined
  readonly points?: string | undefined
  readonly profile?: string | undefined
  readonly unit?: string | undefined
}

export async function targetFrom(values: TargetValues): Promise<Target> {
  const driver = needed(values.driver, 'driver')
  const connection = needed(values.connection, 'connection')
  if (values.profile !== undefined) {
    if (values.points !== undefined) throw badUse('--points 与 and --profile 只取其一 are one too many')
    const device = { unit: unitFrom(values) }
    return await targetOf({ driver, connection, what: { profile: values.profile, device } })
  }
  const points = await readFile(needed(values.points, 'points'), 'utf8').catch((cause: Error) => {
    throw new GanzhiError(`points: ${cause.message}`, {
      code: 'bad-input',
      blame: 'caller',
      field: 'points',
      remedy: '给出点表文件的路径。Give the path of a points file.',
      cause,
    })
  })
  return await targetOf({ driver, connection, what: { points } })
}

export function unitFrom({ unit }: TargetValues): number {
  return wholeNumber(needed(unit, 'unit'), 'unit', [0, 255])
}
