import type { LinkContext } from '../driver.ts'
import { PipelineDepth } from './pipeline-depth.ts'
import { RedialledWire } from './redialled-wire.ts'
import { TcpConversation } from './tcp-conversation.ts'
import { dialTcp } from './tcp-dial.ts'
import { transactionIds } from './transaction-ids.ts'
import type { Wire, WireOptions } from './wire.ts'

const CONNECT_TIMEOUT_MS = 3_000
const MAX_DEPTH = 16
/** The packets of a request in both kernels, and a byte at 100 Mbit/s. */
const TCP_COST = { exchangeMs: 0.05, byteMs: 0.000_08 }

/** Waits for nobody: the connection is made by the first request. */
export function openWire(options: WireOptions, context: LinkContext): Wire {
  return openTcp(options, context)
}

function openTcp(options: WireOptions, context: LinkContext): Wire {
  const { host = 'localhost', port = 502, pauseMs = 0, maxDepth = MAX_DEPTH } = options
  const { connectTimeoutMs: timeoutMs = CONNECT_TIMEOUT_MS } = options
  const ids = transactionIds()
  return new RedialledWire(
    {
      dial: async (conversation, signal) => {
        const socket = await dialTcp({ host, port }, { timeoutMs, clock: context.clock, signal })
        return new TcpConversation(socket, ids, conversation)
      },
      depth: new PipelineDepth(pauseMs > 0 ? 1 : maxDepth, context),
      cost: TCP_COST,
      pauseMs,
      mayDieUnnoticed: true,
    },
    context,
  )
}
