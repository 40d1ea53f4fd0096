import type { AreaDetail, AreaView } from '@ganzhi/contracts/area'
import { LEVEL_NAMES } from '../areas/level-names.ts'
import { textTable } from './text-columns.ts'

/** In the order of the API, from the top down. */
export function areaTreeText(areas: readonly AreaView[]): string {
  if (areas.length === 0) return '没有区域 no areas'
  const shallowest = Math.min(...areas.map(({ path }) => path.length))
  const rows = areas.map((area) => [
    `${'  '.repeat(area.path.length - shallowest)}${area.names.zh}`,
    area.id,
    LEVEL_NAMES[area.level],
    area.code ?? '',
    area.bounds ? '✓' : '',
  ])
  return textTable(['区域 area', 'id', '级别 level', '代码 code', '边界 border'], rows).join('\n')
}

export function areaText(area: AreaDetail): string {
  const { id, names, level, code, path, bounds, border, within, below } = area
  const positions = border?.coordinates.flat(border.type === 'Polygon' ? 1 : 2).length ?? 0
  return [
    `${names.zh}${names.en === undefined ? '' : ` ${names.en}`}  ${id}`,
    `  级别 level     ${LEVEL_NAMES[level]}`,
    `  代码 code      ${code ?? '–'}`,
    `  位于 within    ${path.slice(0, -1).join(' > ') || '–'}`,
    `  下级 areas     ${within.areas}, 含全部下级 with all below ${below.areas}`,
    `  设备 devices   ${within.devices}, 含全部下级 with all below ${below.devices}`,
    `  边界 border    ${bounds ? `${positions} 点 positions, ${bounds.join(' ')}` : '–'}`,
  ].join('\n')
}
