import type { Json } from '@ganzhi/contracts/reading'
import type { BaseReading, Candidate, ExploreDocument } from '../installer/explore.ts'
import { inChinese } from './error-text.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { shortened } from './text-width.ts'
import { valueText } from './value-text.ts'

interface Row {
  readonly types: readonly string[]
  readonly order: string
  /** One a base, in the order of the readings. */
  readonly cells: readonly (Candidate | undefined)[]
}

/** One row a type and byte order, one column a way to count; types that read the same share a row. */
export function exploreText(document: ExploreDocument, { colours }: Terminal): string {
  const { table, readings, candidates } = document
  const heads = readings.map((reading, i) => baseText(reading, i, table))
  const errors = readings.flatMap(({ error }, i) =>
    error ? `${colours.bad(`${letter(i)}: ${inChinese(error.code)}`)} ${error.message}` : [],
  )
  const rows = rowsOf(document)
  if (rows.length === 0) return [...heads, ...errors, ...elsewhere(document)].join('\n')
  const cells = rows.map(({ types, order, cells: shown }, i) => [
    String(i + 1),
    types.join(' '),
    order,
    ...shown.map((candidate) => {
      const text = cellText(candidate)
      return candidate && candidate.rank !== null ? colours.good(`● ${text}`) : colours.faint(text)
    }),
  ])
  const columns = [
    { title: '#', align: 'right' as const },
    { title: '类型 type' },
    { title: '字节序 order' },
    ...readings.map((_, i) => ({ title: letter(i), align: 'right' as const })),
  ]
  const plausible = candidates.filter(({ rank }) => rank !== null).length
  return [
    ...heads,
    ...errors,
    '',
    textTable(columns, cells),
    '',
    plausible === 0
      ? '没有像样的数值：换个地址，或等数值不为 0 时再试。 Nothing plausible: try another address, or when it is not 0.'
      : `${colours.good('●')} 像是真值 plausible. 与设备屏幕对照后选一行 compare with the device's display and pick a row.`,
    `贴进点表 to paste into a points file, ${letterOf(document, bestOf(candidates))}:`,
    `  ${colours.strong(pointLine(bestOf(candidates)))}`,
  ].join('\n')
}

const SIBLING = { holding: 'input', input: 'holding', coil: 'discrete', discrete: 'coil' } as const

/** A device that refuses an address answers: it is the place that is wrong, most often the table. */
function elsewhere({ table, readings }: ExploreDocument): string[] {
  const declined = readings.every(({ error }) => error?.code === 'declined')
  if (!declined) return []
  return [
    '设备在，但这里没有东西。 The device is there, but nothing is at this place. 试 try:',
    ...readings.map(({ address }) => `  --address ${SIBLING[table]}:${address}`),
    '  或核对说明书的寄存器表 or see the register map in its manual',
  ]
}

/** Lets a person pick a row, until they want no more; prints what to paste. */
export async function offerPoint(
  document: ExploreDocument,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const rows = rowsOf(document)
  while (rows.length > 0 && !signal.aborted) {
    const example = document.readings.length > 1 ? '如 like 3a' : '如 like 3'
    const answer = await terminal.ask(`选一行 pick a row (${example}; 回车结束 Enter to end): `, signal)
    if (!answer?.trim()) return
    const [, number, base = 'a'] = /^(\d+)\s*([ab])?$/i.exec(answer.trim()) ?? []
    const candidate = rows[Number(number) - 1]?.cells[base.toLowerCase() === 'b' ? 1 : 0]
    if (candidate) terminal.out(`  ${terminal.colours.strong(pointLine(candidate))}`)
    else terminal.err('没有这一行 no such row')
  }
}

export function pointLine(candidate: Candidate | undefined): string {
  if (!candidate) return ''
  const { order, type, ...rest } = candidate.point
  const isPlain = type === 'bool' || order === 'AB' || order === 'ABCD' || order === 'ABCDEFGH'
  const point = { id: 'value', ...rest, type, ...(isPlain || order === undefined ? {} : { order }) }
  const fields = Object.entries(point).map(([name, value]) => `${name}: ${valueText(value as Json)}`)
  return `- { ${fields.join(', ')} }`
}

function rowsOf({ readings, candidates }: ExploreDocument): Row[] {
  const rows = new Map<string, Row>()
  for (const { point } of candidates) {
    const key = `${point.type} ${point.order ?? ''}`
    if (rows.has(key)) continue
    const cells = readings.map(({ base }) =>
      candidates.find(
        (other) =>
          other.base === base && other.point.type === point.type && other.point.order === point.order,
      ),
    )
    rows.set(key, { types: [point.type], order: point.order ?? '', cells })
  }
  return merged([...rows.values()])
}

/** int16 and uint16 of a small number are one row. */
function merged(rows: readonly Row[]): Row[] {
  const kept: Row[] = []
  for (const row of rows) {
    const twin = kept.findIndex(
      (other) =>
        other.order === row.order &&
        /^u?int/.test(row.types[0] ?? '') &&
        other.types.some((type) => row.types[0]?.endsWith(type)) &&
        other.cells.every((cell, i) => cellText(cell) === cellText(row.cells[i])),
    )
    const before = kept[twin]
    if (before) kept[twin] = { ...before, types: [...before.types, ...row.types] }
    else kept.push(row)
  }
  return kept
}

function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  const [best] = candidates.toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity))
  return best
}

function letterOf({ readings }: ExploreDocument, candidate: Candidate | undefined): string {
  return letter(readings.findIndex(({ base }) => base === candidate?.base))
}

function letter(index: number): string {
  return 'ab'[index] ?? ''
}

function baseText(
  { base, address, words }: BaseReading,
  index: number,
  table: ExploreDocument['table'],
): string {
  const from = base === 0 ? '从 0 计 counted from 0' : '从 1 计 counted from 1'
  const raw = words.map((word) => {
    if (word === null) return '----'
    return table === 'coil' || table === 'discrete' ? String(word) : word.toString(16).padStart(4, '0')
  })
  return `${letter(index)}  ${from}: ${table} ${address}, 原始 raw ${shortened(raw.join(' '), 60)}`
}

function cellText(candidate: Candidate | undefined): string {
  if (!candidate) return '–'
  const { value } = candidate.result
  const { type } = candidate.point
  if (typeof value === 'string' && type === 'string') {
    return shortened(`"${value.replaceAll(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, '·')}"`, 24)
  }
  if (typeof value !== 'number' || !type.startsWith('float')) return valueText(value)
  return String(Number(value.toPrecision(type === 'float32' ? 7 : 12)))
}
