import { bitsOf, BYTE_ORDERS, type ModbusPoint, NUMBER_TYPES } from '@ganzhi/contracts/profile'

/** What lists of points say, in the words of a profile. A word that is not understood is undefined. */

/** Words by what they mean → meaning by word. */
function meanings<T extends string>(words: Readonly<Record<T, string>>): ReadonlyMap<string, T> {
  return new Map(
    (Object.keys(words) as T[]).flatMap((meaning) =>
      words[meaning].split(' ').map((word) => [word, meaning] as const),
    ),
  )
}

const TYPES = meanings<ModbusPoint['type']>({
  int16: 'int16 short s16 i16 int 有符号16位 16位有符号 有符号整型 16位整型',
  uint16: 'uint16 word ushort u16 uint 无符号16位 16位无符号 无符号整型',
  int32: 'int32 long dint s32 i32 有符号32位 32位有符号 长整型',
  uint32: 'uint32 dword ulong udint u32 无符号32位 32位无符号',
  int64: 'int64 lint s64 i64 有符号64位 64位有符号',
  uint64: 'uint64 qword ulint u64 无符号64位 64位无符号',
  float32: 'float32 float real f32 single 浮点 浮点数 浮点型 单精度 单精度浮点',
  float64: 'float64 double lreal f64 双精度 双精度浮点',
  bcd16: 'bcd16 bcd',
  bcd32: 'bcd32',
  bcd64: 'bcd64',
  bool: 'bool boolean bit 布尔 布尔型 布尔量 开关量 位',
  string: 'string text ascii 字符串 字符 文本',
})

export function typeOf(text: string): ModbusPoint['type'] | undefined {
  return TYPES.get(plain(text))
}

export function orderOf(text: string, type: ModbusPoint['type']): string | undefined {
  const order = text.replaceAll(/[\s-]/g, '').toUpperCase()
  const number = NUMBER_TYPES.find((known) => known === type)
  const bits = number ? bitsOf(number) : 16
  const known: readonly string[] = BYTE_ORDERS[bits]
  if (known.includes(order)) return order
  if (/^(大端.*|BIG.*|BE)$/.test(order)) return known[0]
  if (/^(小端.*|LITTLE.*|LE)$/.test(order)) return [...'HGFEDCBA'].slice(-bits / 8).join('')
  return undefined
}

const TABLES = meanings<ModbusPoint['table']>({
  coil: '1 5 15 0x区 coil coils 线圈 输出线圈 do',
  discrete: '2 1x区 discrete discreteinput discreteinputs 离散输入 离散量输入 离散 输入状态 di',
  holding: '3 6 16 4x区 holding holdingregister holdingregisters 保持寄存器 保持 ao',
  input: '4 3x区 input inputregister inputregisters 输入寄存器 输入 ai',
})

/** By name or by function code: `03`, `0x03`, `FC3`, `03H`. */
export function tableOf(text: string): ModbusPoint['table'] | undefined {
  const word = plain(text)
  const code = /^(?:fc|功能码)?(?:0x)?0*(\d+)h?$/.exec(word)?.[1]
  return TABLES.get(code ?? word)
}

const ACCESS = meanings<'r' | 'w' | 'rw'>({
  r: 'r ro read readonly 读 只读',
  w: 'w wo write writeonly 写 只写',
  rw: 'rw wr readwrite 读写 可读写 可读可写',
})

export function accessOf(text: string): 'r' | 'w' | 'rw' | undefined {
  return ACCESS.get(plain(text).replaceAll('/', ''))
}

/** UCUM by field practice; what is not here is kept as it is, if it can be UCUM. */
const UNITS = meanings({
  Cel: '℃ °C 度 摄氏度',
  '%': '％ %RH ％RH',
  V: '伏',
  A: '安',
  kW: 'KW 千瓦',
  'V.A': 'VA',
  'kV.A': 'kVA KVA',
  'kW.h': 'kWh KWH KWh 千瓦时',
  'kvar.h': 'kvarh kVarh',
  Hz: 'hz HZ 赫兹',
  m: '米',
  cm: '厘米',
  mm: '毫米',
  m3: 'm³ 立方米',
  t: '吨',
  'm3/h': 'm³/h 立方米/小时',
  'L/s': 'L/S 升/秒',
  'm/s': '米/秒',
  kPa: 'KPa KPA Kpa',
  MPa: 'MPA Mpa',
  'ug/m3': 'μg/m³ µg/m³ ug/m³ μg/m3 µg/m3',
  'mg/m3': 'mg/m³',
  'dB[SPL]': 'dB dBA dB(A) 分贝',
  '[ppm]': 'ppm PPM',
  '[ppb]': 'ppb PPB',
  '[pH]': 'pH PH',
  '{NTU}': 'NTU',
  '%{LEL}': '%LEL LEL',
  lx: 'lux Lux LUX',
  deg: '°',
  Ohm: 'Ω',
  'uS/cm': 'μS/cm µS/cm us/cm',
  '/min': 'rpm r/min',
  s: '秒',
  min: '分 分钟',
  h: '小时',
  d: '天',
  '{count}': '次 个',
})

export function unitOf(text: string): string | undefined {
  const unit = UNITS.get(text) ?? text
  return /^[!-~]{1,40}$/.test(unit) ? unit : undefined
}

const MS_OF = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 } as const
const TIMES = meanings<keyof typeof MS_OF>({
  ms: 'ms 毫秒',
  s: 's sec 秒',
  min: 'min m 分 分钟',
  h: 'h 小时 时',
})

/** `5s`, `500 毫秒`; a bare number has the unit of its column's title, and none is guessed. */
export function durationOf(text: string, columnUnit: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(\D*)$/.exec(text) ?? []
  const time = TIMES.get((unit.trim() || columnUnit).toLowerCase())
  return digits === '' || time === undefined ? undefined : Math.round(Number(digits) * MS_OF[time])
}

function plain(text: string): string {
  return text.replaceAll(/[\s_()（）-]/g, '').toLowerCase()
}
