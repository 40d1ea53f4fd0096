import type { AreaLevel } from '@ganzhi/contracts/area'

export const LEVEL_NAMES: Readonly<Record<AreaLevel, string>> = {
  city: '市 city',
  county: '区县 county',
  street: '街道 street',
  community: '社区 community',
  grid: '网格 grid',
}
