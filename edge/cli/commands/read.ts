import type { Property } from '@ganzhi/contracts/profile'
import { explore } from '../../installer/explore.ts'
import { type ReadDocument, readOnce } from '../../installer/read-once.ts'
import { registerAddress } from '../../installer/register-address.ts'
import { connectionOf } from '../../installer/target.ts'
import { badUse, type Call, command, type ExitCode, needed, wholeNumber } from '../command.ts'
import { inChinese } from '../error-text.ts'
import { exploreText, offerPoint } from '../explore-text.ts'
import { TARGET_HELP, TARGET_OPTIONS, targetFrom, type TargetValues, unitFrom } from '../target-options.ts'
import { textTable } from '../text-table.ts'
import { valueText } from '../value-text.ts'

export const read = command({
  help: `
ganzhi-edge read --driver <id> --connection '<json>' --points <yaml> [--json]
ganzhi-edge read --driver <id> --connection '<json>' --profile <id|file> --unit N [--json]
读一次设备 reads a device once.

ganzhi-edge read … --unit N --address 40001|holding:0 [--count 2] --explore
把一处寄存器按各种类型、字节序、从 0 与从 1 计数都读出来，挑出合理的
shows one place in every type and byte order, counted from 0 and from 1, and marks what is plausible.
${TARGET_HELP}
  --explore                逐一试解 every way to read one place
  --address 40001          说明书写法，从 1 计 as in manuals, from 1: 0xxxx 1xxxx 3xxxx 4xxxx
            holding:0      报文写法，从 0 计 as on the wire, from 0: coil discrete input holding
  --count 2                寄存器个数 registers, 1–125; 4 也试 64 位 also tries 64-bit types

例 examples:
  ganzhi-edge read --driver modbus --connection '{"host":"192.168.1.10"}' --points meter.yaml
  ganzhi-edge read --driver modbus --connection '{"path":"/dev/ttyUSB0"}' --unit 1 --address 40001 --explore
`,
  options: {
    ...TARGET_OPTIONS,
    explore: { type: 'boolean' },
    address: { type: 'string' },
    count: { type: 'string' },
  },
  async run(values, call) {
    if (values.explore) return await exploreCommand(values, call)
    for (const name of ['address', 'count'] as const) {
      if (values[name] !== undefined) throw badUse(`--${name} 要与 belongs to --explore`)
    }
    const { terminal, signal } = call
    const target = await targetFrom(values)
    const { document, anyRead } = await readOnce(target, { signal })
    terminal.out(values.json ? JSON.stringify(document) : readText(document, target.properties, call))
    return anyRead ? 0 : 1
  },
})

type ExploreValues = TargetValues & {
  readonly address?: string | undefined
  readonly count?: string | undefined
  readonly json?: boolean | undefined
}

async function exploreCommand(values: ExploreValues, { terminal, signal }: Call): Promise<ExitCode> {
  const driver = needed(values.driver, 'driver')
  if (driver !== 'modbus') throw badUse('--explore 只用于 is for --driver modbus')
  const target = connectionOf({ driver, connection: needed(values.connection, 'connection') })
  const written = needed(values.address, 'address')
  const address = registerAddress(written)
  if (!address) throw badUse(`--address ${written}: 写作 write it like 40001 or holding:0`)
  const count = wholeNumber(values.count ?? '2', 'count', [1, 125])
  const { document, anyRead } = await explore(target, { unit: unitFrom(values), address, count, signal })
  if (values.json) {
    terminal.out(JSON.stringify(document))
  } else {
    terminal.out(exploreText(document, terminal))
    if (terminal.interactive) await offerPoint(document, terminal, signal)
  }
  return anyRead ? 0 : 1
}

function readText(
  { points }: ReadDocument,
  properties: ReadonlyMap<string, Property>,
  { terminal: { colours } }: Call,
): string {
  const rows = points.map(({ id, value, quality, error }) => {
    const property = properties.get(id)
    const meaning = property?.labels?.[valueText(value)]
    const shown = numberText(value, property?.decimals)
    return [
      id,
      property?.names.zh ?? '',
      quality === 'good' ? colours.strong(shown) : colours.bad(shown),
      property?.unit ?? '',
      meaning ? `${meaning.zh} ${meaning.en}` : '',
      error ? `${colours.bad(inChinese(error.code))} ${error.message}` : '',
    ]
  })
  const remedies = new Set(points.flatMap(({ error }) => error?.remedy ?? []))
  const columns = ['点 point', '名称', '值 value', '单位 unit', '含义 meaning', '问题 problem']
  const table = textTable(
    columns.map((title, i) => ({ title: colours.faint(title), align: i === 2 ? 'right' : 'left' })),
    rows,
  )
  return [table, ...[...remedies].map((remedy) => colours.faint(`→ ${remedy}`))].join('\n')
}

/** Digits that a float32 has not are noise to a person. */
function numberText(value: ReadDocument['points'][number]['value'], decimals: number | undefined): string {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (typeof value !== 'number') return JSON.stringify(value)
  return decimals === undefined ? String(Number(value.toPrecision(9))) : value.toFixed(decimals)
}
