import type { SheetRow } from './sheet-rows.ts'

export const FIELDS = [
  'id',
  'name',
  'english',
  'table',
  'address',
  'type',
  'order',
  'bit',
  'registers',
  'scale',
  'offset',
  'decimals',
  'unit',
  'min',
  'max',
  'access',
  'interval',
  'deadband',
] as const
export type Field = (typeof FIELDS)[number]

/** The first title of each is the template's. */
const TITLES: Readonly<Record<Field, readonly string[]>> = {
  id: ['标识', 'id', '点标识', '变量', '变量名', 'tag', 'key', '编码', '点编码'],
  name: [
    '点名',
    'name',
    '名称',
    '点位',
    '点位名称',
    '中文名',
    '中文名称',
    '参数',
    '参数名称',
    '描述',
    '测点',
    '测点名称',
    '变量名称',
    'description',
  ],
  english: ['英文名', 'english', '英文名称', 'nameen', 'englishname'],
  table: [
    '寄存器',
    'table',
    '寄存器类型',
    '寄存器区',
    '区',
    '功能码',
    'function',
    'functioncode',
    'registertype',
  ],
  address: ['地址', 'address', '寄存器地址', '起始地址', 'register', 'addr'],
  type: ['类型', 'type', '数据类型', 'datatype', '格式', 'format'],
  order: ['字节序', 'order', '字节顺序', '字序', 'byteorder', 'wordorder', '大小端'],
  bit: ['位', 'bit', '位号'],
  registers: ['长度', 'registers', '寄存器数', '寄存器个数', 'length', '个数', '数量', 'count'],
  scale: ['倍率', 'scale', '系数', '比例', '乘系数', 'multiplier', 'factor', 'gain'],
  offset: ['偏移', 'offset', '偏移量'],
  decimals: ['小数位', 'decimals', '小数位数', '精度', 'precision'],
  unit: ['单位', 'unit', 'units'],
  min: ['最小', 'min', '下限', '最小值', '量程下限', 'minimum', 'low'],
  max: ['最大', 'max', '上限', '最大值', '量程上限', 'maximum', 'high'],
  access: ['读写', 'access', '读写属性', '权限', '操作', 'rw', 'readwrite'],
  interval: ['周期', 'interval', '采集周期', '轮询周期', '采样周期', 'period', 'intervalms', 'pollinterval'],
  deadband: ['死区', 'deadband', '变化阈值', '上报阈值'],
}

const FIELD_OF = new Map(FIELDS.flatMap((field) => TITLES[field].map((title) => [title, field] as const)))

export interface Header {
  readonly line: number
  /** Where each field stands; fields that the list does not have are absent. */
  readonly columns: ReadonlyMap<Field, number>
  readonly titles: readonly string[]
  /** Titles that mean nothing to us. */
  readonly unknown: readonly string[]
}

const LINES_BEFORE_HEADER = 10

/** The first row that names an address and something more; a list may have a heading of its own above. */
export function headerOf(rows: readonly SheetRow[]): Header | undefined {
  for (const { line, cells } of rows.slice(0, LINES_BEFORE_HEADER)) {
    const columns = new Map<Field, number>()
    const unknown: string[] = []
    cells.forEach((title, i) => {
      const field = FIELD_OF.get(plainTitle(title))
      if (field && !columns.has(field)) columns.set(field, i)
      else if (title !== '') unknown.push(title)
    })
    if (columns.has('address') && columns.size > 1) return { line, columns, titles: cells, unknown }
  }
  return undefined
}

/** `采集周期 (ms)` and `Byte order` without what is said beside and between. */
function plainTitle(title: string): string {
  return title
    .replace(/[(（[【].*?[)）\]】]/g, '')
    .replace(/[\s_./*-]/g, '')
    .toLowerCase()
}

/** What stands in brackets in a title: `ms` of `周期(ms)`. */
export function aside(title: string): string {
  return /[(（[【](.*?)[)）\]】]/.exec(title)?.[1]?.trim() ?? ''
}

const EXAMPLES: Readonly<Record<Field, readonly [string, string, string]>> = {
  id: ['voltage_a', 'energy', 'breaker'],
  name: ['A相电压', '正向有功电能', '断路器'],
  english: ['Voltage A', 'Energy', 'Breaker'],
  table: ['', 'input', ''],
  address: ['40001', '100', '00001'],
  type: ['uint16', 'float32', 'bool'],
  order: ['', 'CDAB', ''],
  bit: ['', '', ''],
  registers: ['', '', ''],
  scale: ['0.1', '', ''],
  offset: ['', '', ''],
  decimals: ['', '2', ''],
  unit: ['V', 'kWh', ''],
  min: ['0', '', ''],
  max: ['500', '', ''],
  access: ['读', '读', '读写'],
  interval: ['1s', '60s', '1s'],
  deadband: ['0.5', '1%', ''],
}

/** A list to fill in. It begins with a byte order mark: without one Chinese Excel takes it for GBK. */
export function template(): string {
  const rows = [0, 1, 2].map((i) => FIELDS.map((field) => EXAMPLES[field][i]).join(','))
  return `\ufeff${[FIELDS.map((field) => TITLES[field][0]).join(','), ...rows].join('\r\n')}\r\n`
}
