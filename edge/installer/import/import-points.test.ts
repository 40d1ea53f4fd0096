import { loadProfile } from '@ganzhi/firmware-config/profile'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importPoints } from './import-points.ts'
import { template } from './point-columns.ts'

const fixture = (name: string) => readFile(join(import.meta.dirname, 'fixtures', name))

async function profileFrom(list: Uint8Array | string) {
  const bytes = typeof list === 'string' ? Buffer.from(list) : list
  const imported = await importPoints(bytes, 'acme/m1')
  if ('faults' in imported) return expect.fail(JSON.stringify(imported.faults))
  return loadProfile(imported.yaml)
}

async function faultsOf(list: string) {
  const imported = await importPoints(Buffer.from(list), 'acme/m1')
  return 'faults' in imported ? imported.faults : expect.fail('it was taken')
}

test('the template is a list that can be imported', async () => {
  const { properties, protocols } = await profileFrom(template())
  expect(protocols.modbus?.points).toEqual([
    { id: 'voltage_a', table: 'holding', address: 0, type: 'uint16', scale: 0.1 },
    { id: 'energy', table: 'input', address: 100, type: 'float32', order: 'CDAB' },
    { id: 'breaker', table: 'coil', address: 0, type: 'bool' },
  ])
  expect(properties[0]).toEqual({
    id: 'voltage_a',
    names: { zh: 'A相电压', en: 'Voltage A' },
    type: 'float',
    unit: 'V',
    range: [0, 500],
    decimals: 1,
    access: 'r',
    intervalMs: 1_000,
    deadband: { absolute: 0.5 },
  })
  expect(properties[1]).toMatchObject({ unit: 'kW.h', deadband: { percent: 1 }, decimals: 2 })
})

test('a CSV as Chinese Excel saves it, in GBK', async () => {
  const { properties, protocols } = await profileFrom(await fixture('meter-gbk.csv'))
  expect(properties.map(({ names, intervalMs }) => [names.zh, intervalMs])).toEqual([
    ['A相电压', 1_000],
    ['正向有功电能', 60_000],
  ])
  expect(protocols.modbus?.points[1]).toMatchObject({ table: 'input', address: 100, order: 'CDAB' })
})

test('a workbook with a heading, an empty row, and no column of ids', async () => {
  const { properties, protocols } = await profileFrom(await fixture('pump-house.xlsx'))
  expect(properties.map(({ id, names, intervalMs }) => [id, names.zh, intervalMs])).toEqual([
    ['holding_0', '水位', 5_000],
    ['holding_2', '压力', 1_000],
    ['coil_3', '水泵', 1_000],
  ])
  expect(protocols.modbus?.points[1]).toMatchObject({ type: 'uint16', scale: 0.1 })
})

test.each([
  ['semicolons', 'name;address;type\nLevel;40001;int16\n'],
  ['tabs', 'name\taddress\ttype\nLevel\t40001\tint16\n'],
  ['a byte order mark', '\ufeffname,address,type\nLevel,40001,int16\n'],
  ['Windows lines and quotes', '"name","address","type"\r\n"Level","40001","int16"\r\n'],
])('with %s', async (_, list) => {
  const { properties } = await profileFrom(list)
  expect(properties[0]).toMatchObject({ id: 'holding_0', names: { zh: 'Level', en: 'Level' } })
})

test('Unicode text, as Excel calls UTF-16 with tabs', async () => {
  const list = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from('点名\t地址\t类型\n水位\t40001\t浮点\n', 'utf16le'),
  ])
  expect((await profileFrom(list)).properties[0]?.names.zh).toBe('水位')
})

test.each([
  ['功能码,地址,类型\n03,16,int16', 'holding', 16],
  ['功能码,地址,类型\n04,0x10,int16', 'input', 16],
  ['table,address,type\nholding,40017,int16', 'holding', 16],
  ['table,address,type\nholding,10001,int16', 'holding', 10_001],
  ['address,type\ninput:16,int16', 'input', 16],
  ['address,type\n40017.3,bool', 'holding', 16],
])('an address in %j', async (list, table, address) => {
  expect((await profileFrom(list)).protocols.modbus?.points[0]).toMatchObject({ table, address })
})

test('every error is named by line and column, and nothing is made', async () => {
  const faults = await faultsOf(
    [
      '点名,地址,类型,字节序,倍率,周期',
      '水位,40001,float,CDAB,1,5s',
      '压力,4001,unit16,,0.1,5',
      '流量,40005,float,XYZW,x,1s',
      '水位2,40001,float,,,1s',
      ',,,,,',
      '泵,00001,int16,,,1s',
    ].join('\n'),
  )
  expect(faults.map(({ line, column }) => `${line} ${column}`)).toEqual([
    '3 地址',
    '3 类型',
    '3 周期',
    '4 字节序',
    '4 倍率',
    '5 地址',
    '7 类型',
  ])
})

test('two points with one id are told where the other is', async () => {
  const faults = await faultsOf('id,address,type\na,40001,int16\nb,40002,int16\na,40003,int16\n')
  expect(faults).toEqual([{ line: 4, column: 'id', message: expect.stringContaining('line 2') as string }])
})

test.each([
  ['', 'no header'],
  ['a,b\n1,2\n', 'no header'],
  ['name,address,type\n', 'no points'],
])('%j has nothing to import, which is said', async (list, why) => {
  expect((await faultsOf(list))[0]?.message).toContain(why)
})

test('10,000 points are taken, and more are refused', async () => {
  const list = (count: number) =>
    `id,table,address,type\n${Array.from({ length: count }, (_, i) => `p${i},holding,${i},int16`).join('\n')}\n`
  expect((await profileFrom(list(10_000))).properties).toHaveLength(10_000)
  await expect(importPoints(Buffer.from(list(10_001)), 'acme/m1')).rejects.toThrow(/10000/)
})

test('an unclosed quote is named', async () => {
  await expect(
    importPoints(Buffer.from('name,address,type\n"Level,40001,int16\n'), 'a/b'),
  ).rejects.toMatchObject({
    code: 'bad-input',
  })
})
