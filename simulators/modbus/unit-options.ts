import { GanzhiError } from '@ganzhi/contracts/error'
import type { ModbusLimits, Profile } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import { readProfile } from './profile-file.ts'

export const UNITS_HELP = `Units 单元:
  --devices D            units 1 to D, at most 247: odd ones are     单元 1 至 D，最多 247：
                         air stations, even ones pump wells          单数为空气站，双数为泵井   (10)
  --profile P=1-10,12    these units are what a profile describes,   由物模型生成单元，给出编号
                         by its id or the path of its file;          或文件路径；可重复
                         may be repeated
  --incidents            something goes wrong at some of these       其中几台定时出状况：扬尘、喧哗、
                         units again and again: dust, noise, an      井盖打开、水泵干转
                         open lid, a pump that runs dry
  --registers N          units 1 to D are plain maps: a register     单元 1 至 D 为普通寄存器表：
                         holds its address, odd coils are on         值为地址，单数线圈接通
  --holes A/B            of a plain map A are there, B are not …     普通表中 A 个有、B 个无，交替
  --sparse               of a profile only its points' registers     物模型只有其点位的寄存器
  --max-registers N      no more in one read, else exception 3       一次最多读 N 个寄存器      (125)
  --max-bits N           likewise for coils                          一次最多读 N 个线圈        (2000)
  --refuse holding=4-9   these can't be read; may be repeated        不可读的地址；可重复
  --seed S               same seed and time, same values and faults  种子与时刻相同则数值相同   (1)
  --at T                 it is always this time: 2026-11-21T08:00Z   时刻固定不动
`

export const UNIT_OPTIONS = {
  devices: { type: 'string', default: '10' },
  profile: { type: 'string', multiple: true, default: [] as string[] },
  registers: { type: 'string' },
  holes: { type: 'string' },
  sparse: { type: 'boolean', default: false },
  incidents: { type: 'boolean', default: false },
  'max-registers': { type: 'string' },
  'max-bits': { type: 'string' },
  refuse: { type: 'string', multiple: true, default: [] as string[] },
  seed: { type: 'string', default: '1' },
  at: { type: 'string' },
} as const

const Numbers = Type.Object({
  devices: Type.Integer({ minimum: 1, maximum: 247 }),
  seed: Type.Integer(),
  registers: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_536 })),
  'max-registers': Type.Optional(Type.Integer({ minimum: 1, maximum: 125 })),
  'max-bits': Type.Optional(Type.Integer({ minimum: 1, maximum: 2_000 })),
})
interface UnitValues {
  readonly devices: string
  readonly profile: readonly string[]
  readonly registers?: string | undefined
  readonly holes?: string | undefined
  readonly sparse: boolean
  readonly incidents: boolean
  readonly 'max-registers'?: string | undefined
  readonly 'max-bits'?: string | undefined
  readonly refuse: readonly string[]
  readonly seed: string
  readonly at?: string | undefined
}

/** What units there are and what is in them, as the command line says. */
export interface UnitChoice {
  readonly devices: number
  readonly seed: number
  readonly registers?: number
  readonly holes?: { readonly there: number; readonly missing: number }
  readonly profiles: readonly { readonly profile: Profile; readonly ids: readonly number[] }[]
  readonly sparse: boolean
  /** Something goes wrong at air stations and pump wells. */
  readonly incidents: boolean
  readonly limits: ModbusLimits
  /** It is always this time. */
  readonly at?: number
}

export async function unitChoice(values: UnitValues): Promise<UnitChoice> {
  const {
    'max-registers': registers,
    'max-bits': bits,
    ...numbers
  } = check(Numbers, numbersIn(values), 'options')
  return {
    ...numbers,
    ...(values.holes === undefined ? {} : { holes: holesIn(values.holes) }),
    profiles: await Promise.all(values.profile.map(profileIn)),
    sparse: values.sparse,
    incidents: values.incidents,
    limits: {
      ...(registers === undefined ? {} : { registers }),
      ...(bits === undefined ? {} : { bits }),
      ...(values.refuse.length === 0 ? {} : { refused: values.refuse.map(rangeIn) }),
    },
    ...(values.at === undefined ? {} : { at: timeIn(values.at) }),
  }
}

async function profileIn(option: string): Promise<{ profile: Profile; ids: number[] }> {
  const [, name = '', list = ''] = /^(.+)=([\d,-]+)$/.exec(option) ?? []
  const ids = list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })
  const good = ids.length > 0 && ids.every((id) => id >= 1 && id <= 247)
  if (!good) throw bad('profile', option, 'Write aquaread/leveline=1-10, units from 1 to 247.')
  return { profile: await readProfile(name), ids }
}

function numbersIn(values: UnitValues): Record<string, number> {
  const names = ['devices', 'seed', 'registers', 'max-registers', 'max-bits'] as const
  const given = names.filter((name) => values[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, Number(values[name])]))
}

function rangeIn(option: string): {
  table: 'coil' | 'discrete' | 'holding' | 'input'
  from: number
  to: number
} {
  const [, table, from, to = from] = /^(coil|discrete|holding|input)=(\d+)(?:-(\d+))?$/.exec(option) ?? []
  if (table === undefined) throw bad('refuse', option, 'Write holding=100-119.')
  return { table: table as 'coil', from: Number(from), to: Number(to) }
}

function holesIn(option: string): { there: number; missing: number } {
  const [, there, missing] = /^([1-9]\d*)\/(\d+)$/.exec(option) ?? []
  if (there === undefined) throw bad('holes', option, 'Write 20/30: 20 are there, then 30 are not.')
  return { there: Number(there), missing: Number(missing) }
}

function timeIn(option: string): number {
  const ms = Date.parse(option)
  if (Number.isNaN(ms)) throw bad('at', option, 'Write a time like 2026-11-21T08:00:00Z.')
  return ms
}

function bad(field: string, found: string, remedy: string): GanzhiError {
  return new GanzhiError(`options: ${field} can't be "${found}"`, {
    code: 'bad-input',
    blame: 'caller',
    field,
    remedy,
  })
}
