import type { FieldFault } from '../field-fault.ts'

/** A route has a width, a polygon need not. */
export function outsideFaults(
  { route, polygon, by }: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
): FieldFault[] {
  if ((route === undefined) === (polygon === undefined)) {
    return [
      {
        path: route === undefined ? path : [...path, 'polygon'],
        message: route === undefined ? 'has neither route nor polygon' : 'stands beside route',
        remedy: '路线写 route，围栏写 polygon A way is route: [[117.27, 31.86], …], a border polygon: […]',
      },
    ]
  }
  if (route === undefined || by !== undefined) return []
  return [
    {
      path: [...path, 'by'],
      message: 'is missing: a route has no width',
      remedy: '偏离多少米 How far off in metres: 50',
    },
  ]
}
