import type { AreaLevel, AreaView } from '@ganzhi/contracts/area'
import { language } from './language.ts'

/** From the top down. Named here, so that the page is not sent the schemas that name them too. */
export const AREA_LEVELS = [
  'city',
  'county',
  'street',
  'community',
  'grid',
] as const satisfies readonly AreaLevel[]

export function areaName({ names }: Pick<AreaView, 'names'>): string {
  return names[language.value] ?? names.zh
}
