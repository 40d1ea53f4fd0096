import { constants } from 'node:fs'
import { access, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { bad, type Finding, ok, warn } from './finding.ts'

/** Whether a serial port is there, may be opened, and is free. */
export async function checkSerial(path: string): Promise<Finding> {
  const port = await stat(path).catch(() => undefined)
  if (!port) {
    const remedy = '插上适配器；看本机串口 plug it in; list the ports with: ganzhi-edge scan --serial'
    return bad('serial', `${path} 不存在 does not exist`, remedy)
  }
  if (!port.isCharacterDevice()) {
    return bad('serial', `${path} 不是串口 is no serial port`, '改正 connection.path correct connection.path')
  }
  const allowed = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!allowed) {
    const remedy = `sudo usermod -aG dialout "$USER", 然后重新登录 then log in again`
    return bad('serial', `${path} 没有权限 may not be opened`, remedy)
  }
  const holders = await holdersOf(path)
  if (holders.length === 0) return ok('serial', path)
  const who = holders.map(({ pid, name }) => `${name} (pid ${pid})`).join(', ')
  return warn(
    'serial',
    `${path} 正被占用 is held by ${who}`,
    '若非网关代理则停掉它 stop it, unless it is the agent itself',
  )
}

interface Holder {
  readonly pid: number
  readonly name: string
}

/** Processes that have `path` open, as far as we may see into them. */
async function holdersOf(path: string): Promise<Holder[]> {
  const device = await realpath(path)
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const holders: Holder[] = []
  for (const pid of pids) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const targets = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
    if (!targets.includes(device)) continue
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?')
    holders.push({ pid: Number(pid), name: name.trim() })
  }
  return holders
}
