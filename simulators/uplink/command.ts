import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import type { CommandContext } from '../command-context.ts'
import { openRelay } from './relay.ts'

export const UPLINK_HELP = `ganzhi-sim uplink: a mobile link that goes away and comes back
模拟时断时续的移动网络

  --to H:P               where it leads: 127.0.0.1:4222              通往的地址
  --port N               port to connect to, 0 for a free one        供连接的端口，0 为任意     (0)
  --host H               address to listen on                        监听地址                   (127.0.0.1)
  --every-s E            it goes away once in so many seconds        每隔多少秒断一次           (480)
  --away-s A             and stays away for so many                  每次断多少秒               (120)
  --help                 this text                                   本说明
`

const Options = Type.Object({
  to: Type.String({ pattern: '^[^:]+:[0-9]{1,5}$' }),
  host: Type.String({ minLength: 1 }),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  'every-s': Type.Integer({ minimum: 2 }),
  'away-s': Type.Integer({ minimum: 1 }),
})

/** Relays until the signal aborts; it is there first. */
export async function simulateUplink({ args, print, log, signal }: CommandContext): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      to: { type: 'string', default: '127.0.0.1:4222' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      'every-s': { type: 'string', default: '480' },
      'away-s': { type: 'string', default: '120' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return print(UPLINK_HELP)
  const numbers = {
    port: Number(values.port),
    'every-s': Number(values['every-s']),
    'away-s': Number(values['away-s']),
  }
  const options = check(Options, { to: values.to, host: values.host, ...numbers }, 'options')
  const [host = '', port] = options.to.split(':')
  await using relay = await openRelay(options, { host, port: Number(port) })
  print(`${JSON.stringify({ ready: true, port: relay.port })}\n`)

  const wait = (seconds: number) => sleep(seconds * 1_000, undefined, { signal }).catch(() => undefined)
  while (!signal.aborted) {
    await wait(Math.max(1, options['every-s'] - options['away-s']))
    if (signal.aborted) return
    relay.go()
    log.info('the link is away')
    await wait(options['away-s'])
    relay.comeBack()
    log.info('the link is back')
  }
}
