import { readFile, readlink } from 'node:fs/promises'

/** ms of processor time that this process and its children have used until now. */
export interface ProcessTimes {
  readonly agent: number
  /** Children that run this program too. */
  readonly detector: number
  readonly decoder: number
}

const TICK_MS = 10

/** Undefined where the system has no /proc. */
export async function processTimes(): Promise<ProcessTimes | undefined> {
  try {
    const times = { agent: await timeOf(process.pid), detector: 0, decoder: 0 }
    for (const pid of await childrenOf(process.pid)) {
      times[(await isOurs(pid)) ? 'detector' : 'decoder'] += await timeOf(pid)
    }
    return times
  } catch {
    return undefined
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return listed.split(' ').filter(Boolean).map(Number)
}

async function isOurs(pid: number): Promise<boolean> {
  return (await readlink(`/proc/${pid}/exe`)) === (await readlink('/proc/self/exe'))
}

async function timeOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // Behind the name, which may hold anything: utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
