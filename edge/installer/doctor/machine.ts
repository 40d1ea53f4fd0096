import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { bad, type Finding, ok, warn } from './finding.ts'

const NEEDED_NODE = 24
const MIB = 1024 * 1024
/** Below this the outbox can't even keep its reserve; below the second it holds hours, not days. */
const LEAST_FREE = 64 * MIB
const ENOUGH_FREE = 1024 * MIB

export function checkNode(version: string): Finding {
  const major = Number(version.split('.')[0])
  if (major >= NEEDED_NODE) return ok('node', `Node ${version}`)
  return bad(
    'node',
    `Node ${version}, 需要 needs ${NEEDED_NODE}`,
    '装 Node 24 或更新 install Node 24 or later',
  )
}

/** `builtAt`: when this software was put on the machine; a clock before that is wrong. */
export function checkClock(now: number, builtAt: number, synchronised: boolean | undefined): Finding {
  const time = new Date(now).toISOString()
  const remedy = '开启对时 switch time synchronisation on: timedatectl set-ntp true'
  if (now < builtAt) return bad('clock', `时钟错误 the clock is wrong: ${time}`, remedy)
  if (synchronised === false) return warn('clock', `${time}, 未对时 not synchronised`, remedy)
  return ok('clock', synchronised ? `${time}, 已对时 synchronised` : time)
}

/** systemd-timesyncd leaves a file when it has the time; another service is not known of. */
export async function isSynchronised(): Promise<boolean | undefined> {
  const folder = '/run/systemd/timesync'
  if (!(await exists(folder))) return undefined
  return await exists(`${folder}/synchronized`)
}

/** The folder itself, or the nearest above it that is there: the agent makes what is missing. */
export async function checkData(dir: string): Promise<Finding> {
  let there = resolve(dir)
  while (!(await exists(there)) && dirname(there) !== there) there = dirname(there)
  const writable = await access(there, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!writable || !(await stat(there)).isDirectory()) {
    return bad('data', `${there} 不可写 can't be written`, `sudo chown "$USER" ${there}`)
  }
  const { bavail, bsize } = await statfs(there)
  const free = bavail * bsize
  const found = `${dir}: 剩余 free ${Math.floor(free / MIB)} MiB`
  const remedy = '清理磁盘，或把 data 放到别处 make room, or put `data` elsewhere'
  if (free < LEAST_FREE) return bad('data', found, remedy)
  return free < ENOUGH_FREE ? warn('data', found, remedy) : ok('data', found)
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
