import { GanzhiError } from '@ganzhi/contracts/error'
import { readFile, writeFile } from 'node:fs/promises'
import { importPoints as importList } from '../../installer/import/import-points.ts'
import { template } from '../../installer/import/point-columns.ts'
import type { CellFault } from '../../installer/import/point-row.ts'
import { badUse, command, type ExitCode, needed, only } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { textTable } from '../text-table.ts'

export const importPoints = command({
  help: `
ganzhi-edge import <points.csv|points.xlsx> --profile-id maker/model [--out file.yaml] [--json]
ganzhi-edge import --template > points.csv
把点表做成物模型：CSV（UTF-8 或 Excel 的 GBK，逗号、分号、制表符）或 XLSX，至多 10000 行，中英文表头均可。
有错则逐行逐列列出，什么也不写。
Makes a profile of a list of points: CSV (UTF-8, or GBK as Chinese Excel saves it) or XLSX, at most 10,000 rows,
header in Chinese or English. Every error is named by line and column, and then nothing is written.

  --profile-id maker/model  物模型的标识 id of the profile
  --out <yaml>              写到文件，不覆盖 file to write, never over another; 缺省写到标准输出 stdout without it
  --template                一份可填写的样表 a list to fill in

地址 address: 40001 按说明书从 1 计 as in manuals; holding:0 从 0 计 from 0; 另有“寄存器”列时为从 0 的数
              beside a column for the table a plain number from 0; 40010.3 第 3 位 its bit 3
`,
  positionals: 'file',
  options: {
    'profile-id': { type: 'string' },
    out: { type: 'string' },
    template: { type: 'boolean' },
  },
  async run(values, { terminal, positionals }) {
    if (values.template) {
      terminal.out(values.json ? JSON.stringify({ template: template() }) : template().trimEnd())
      return 0
    }
    const file = only(positionals, '文件 file')
    const profileId = needed(values['profile-id'], 'profile-id')
    if (!/^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9.-]*$/.test(profileId)) {
      throw badUse(`--profile-id ${profileId}: 写作 write it like acrel/adl400, 小写 in small letters`)
    }
    const imported = await importList(await bytesOf(file), profileId)
    if ('faults' in imported) return told(imported.faults, values.json ?? false, terminal)
    const { yaml, points, unknown } = imported
    if (values.out !== undefined) await writeNew(values.out, yaml)
    if (values.json) {
      terminal.out(
        JSON.stringify({ profile: profileId, points, unused: unknown, out: values.out ?? null, yaml }),
      )
      return 0
    }
    if (values.out === undefined) terminal.out(yaml.trimEnd())
    if (unknown.length > 0) terminal.err(`未使用的列 columns not used: ${unknown.join(', ')}`)
    terminal.err(terminal.colours.good(`✓ ${points} 个点 points → ${values.out ?? 'stdout'}`))
    if (values.out !== undefined) {
      const profile = `--profile ${values.out} --unit 1`
      terminal.err(`下一步 next: ganzhi-edge read --driver modbus --connection '…' ${profile}`)
    }
    return 0
  },
})

function told(faults: readonly CellFault[], json: boolean, { out, err, colours }: Terminal): ExitCode {
  if (json) {
    const message = `${faults.length} 处错误 errors`
    out(JSON.stringify({ error: { code: 'bad-input', message, faults } }))
    return 2
  }
  const rows = faults.map(({ line, column, message }) => [String(line), column, message])
  err(
    textTable(
      [{ title: '行 line', align: 'right' }, { title: '列 column' }, { title: '问题 problem' }],
      rows,
    ),
  )
  err(colours.bad(`✗ ${faults.length} 处错误，未写入 errors, nothing was written`))
  return 2
}

async function bytesOf(file: string): Promise<Uint8Array> {
  return await readFile(file).catch((cause: Error) => {
    throw refused(
      'file',
      cause.message,
      '给出 CSV 或 XLSX 的路径。Give the path of a CSV or XLSX file.',
      cause,
    )
  })
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((cause: Error) => {
    throw refused('out', cause.message, '换一个文件名。Give another file.', cause)
  })
}

function refused(field: string, message: string, remedy: string, cause: Error): GanzhiError {
  return new GanzhiError(message, { code: 'bad-input', blame: 'caller', field, remedy, cause })
}
