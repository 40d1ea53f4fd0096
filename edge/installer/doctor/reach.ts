import { once } from 'node:events'
import { connect } from 'node:net'
import { bad, type Finding, ok } from './finding.ts'

const REACH_MS = 3_000

/** Whether something takes connections at host:port. */
export async function checkTcp(
  link: string,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Finding> {
  const where = `${link}: ${host}:${port}`
  const fault = await dial(host, port, signal)
  if (fault === undefined) return ok('tcp', `${where} 可达 is reachable`)
  return bad('tcp', `${where} ${fault}`, '查网线、地址、端口与防火墙 check cable, address, port and firewall')
}

/** One of the brokers is enough: the uplink goes to whichever answers. */
export async function checkNats(servers: readonly string[], signal: AbortSignal): Promise<Finding> {
  const faults: string[] = []
  for (const server of servers) {
    const { hostname, port } = new URL(server)
    const fault = await dial(hostname, Number(port || 4222), signal, 'INFO ')
    if (fault === undefined) return ok('nats', `${server} 可达 is reachable`)
    faults.push(`${server} ${fault}`)
  }
  const remedy =
    '查 nats.servers 与网络；断网期间采集照常、数据落盘 check nats.servers and the network; until then readings are kept on disk'
  return bad('nats', faults.join('; '), remedy)
}

/** What went wrong, or undefined. `greeting` is what the other end says first, if it does. */
async function dial(
  host: string,
  port: number,
  signal: AbortSignal,
  greeting?: string,
): Promise<string | undefined> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(REACH_MS)])
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect', { signal: patience })
    if (greeting === undefined) return undefined
    const [said] = (await once(socket, 'data', { signal: patience })) as [Buffer]
    return said.toString('latin1').startsWith(greeting) ? undefined : 'is another service'
  } catch (error) {
    if (signal.aborted) throw error
    if (patience.aborted) return `${REACH_MS / 1000} 秒内无应答 no answer within ${REACH_MS / 1000} s`
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    socket.destroy()
  }
}
