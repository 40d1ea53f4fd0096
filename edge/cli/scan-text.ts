import type { Found, ScanDocument } from '../installer/scan-devices.ts'
import type { Terminal } from './terminal.ts'
import { valueText } from './value-text.ts'

export function scanText(document: ScanDocument, driver: string, { colours }: Terminal): string {
  const { found, tried, tries, interrupted } = document
  const stopped = interrupted
    ? [colours.warn(`! 已停止，试了 ${tried}/${tries} 次   stopped after ${tried} of ${tries} tries`)]
    : []
  if (found.length === 0) return [...stopped, ...nothingFound(document)].join('\n')
  return [
    ...stopped,
    colours.strong(`找到 ${found.length} 台 found ${found.length}`),
    ...found.flatMap((device, i) => [
      '',
      `${i + 1}  ${addressText(device)}  ${colours.faint(device.note)}`,
      `   连接 connection: ${JSON.stringify(device.connection)}`,
    ]),
    '',
    '下一步，看一处数值 next, look at a value:',
    `  ${colours.strong(nextCommand(found[0] as Found, driver))}`,
  ].join('\n')
}

function addressText({ device }: Found): string {
  return Object.entries(device)
    .map(([name, value]) => `${name === 'unit' ? '单元 unit' : name} ${valueText(value)}`)
    .join(', ')
}

function nextCommand({ connection, device }: Found, driver: string): string {
  const unit = device['unit'] === undefined ? '' : ` --unit ${valueText(device['unit'])}`
  return `ganzhi-edge read --driver ${driver} --connection '${JSON.stringify(connection)}'${unit} --address 40001 --explore`
}

function nothingFound({ interrupted, tried, errors }: ScanDocument): string[] {
  // What has been said already is why.
  if (errors.length > 0 && errors.length === tried) {
    return [
      `没有找到设备，${tried} 处都连不上。 No device was found: ${tried} of ${tried} could not be reached.`,
    ]
  }
  if (interrupted) return ['到此为止没有找到设备。 Nothing was found until then.']
  return [
    '没有找到设备。 No device was found.',
    '  · A/B 是否接反、设备是否上电、屏蔽与终端电阻 are A and B swapped, is it powered, is the line terminated',
    '  · 说明书上的波特率、校验、单元号 baud rate, parity and unit of the manual: --baud --parity --unit',
    '  · TCP：端口与防火墙 port and firewall: --port; 有些设备只接一个客户端 some take one client only',
    '  · ganzhi-edge doctor',
  ]
}
