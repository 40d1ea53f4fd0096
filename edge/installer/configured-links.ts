import { readLearntFacts } from '../acquisition/learnt-facts.ts'
import { loadConfig, locateAgent, readEnvironment } from '../config.ts'
import type { Group } from './link-plan.ts'
import type { LinkTarget } from './plan-target.ts'
import type { Point } from './points-file.ts'

/** The links of a gateway, with what it has learnt of their devices; nothing of a running agent is touched. */
export async function configuredLinks(file: string): Promise<(LinkTarget & { readonly id: string })[]> {
  const { plan } = await loadConfig(file, readEnvironment())
  const learnt = await readLearntFacts((await locateAgent(file)).dataDir)
  return plan.links.map(({ id, driver, connection, devices }) => ({
    id,
    driver,
    connection,
    memory: learnt.memoryOf(driver.id, connection),
    groups: devices.flatMap((device) => {
      const groups = new Map<number, Group & { points: Point[] }>()
      for (const { driverPoint, intervalMs } of device.points) {
        if (intervalMs === undefined) continue
        const group = groups.get(intervalMs) ?? {
          name: device.id,
          device: device.address,
          intervalMs,
          points: [],
        }
        groups.set(intervalMs, group)
        group.points.push(driverPoint as Point)
      }
      return [...groups.values()]
    }),
  }))
}
