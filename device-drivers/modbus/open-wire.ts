import type { LinkContext } from '../driver.ts'
import { type ByteLine, socketLine } from './byte-line.ts'
import { type LineSettings, lineTiming } from './line-timing.ts'
import { PipelineDepth } from './pipeline-depth.ts'
import { RedialledWire } from './redialled-wire.ts'
import { RtuConversation } from './rtu-conversation.ts'
import { openSerial } from './serial-line.ts'
import { TcpConversation } from './tcp-conversation.ts'
import { dialTcp } from './tcp-dial.ts'
import { transactionIds } from './transaction-ids.ts'
import type { UnitDebts } from './unit-debts.ts'
import type { Wire, WireOptions } from './wire.ts'

const CONNECT_TIMEOUT_MS = 3_000
const MAX_DEPTH = 16
/** The packets of a request in both kernels, and a byte at 100 Mbit/s. */
const TCP_COST = { exchangeMs: 0.05, byteMs: 0.000_08 }
/** USB adapters hand bytes over every 16 ms; networks may hold them longer. */
const SERIAL_DRAIN_MS = 25
const NETWORK_DRAIN_MS = 60

/** Waits for nobody: the connection is made by the first request. */
export function openWire(options: WireOptions, context: LinkContext): Wire {
  if (options.path !== undefined) return openRtu(options, context, options.path)
  return options.framing === 'rtu' ? openRtu(options, context) : openTcp(options, context)
}

function openTcp(options: WireOptions, context: LinkContext): Wire {
  const { pauseMs = 0, maxDepth = MAX_DEPTH } = options
  const ids = transactionIds()
  return new RedialledWire(
    {
      dial: async (conversation, signal) =>
        new TcpConversation(await dialSocket(options, context, signal), ids, conversation),
      depth: new PipelineDepth(pauseMs > 0 ? 1 : maxDepth, context),
      cost: TCP_COST,
      pauseMs,
      mayDieUnnoticed: true,
    },
    context,
  )
}

/** Over a serial port, or over TCP to a server that passes bytes on to one. */
function openRtu(options: WireOptions, context: LinkContext, path?: string): Wire {
  const { baudRate = 9_600, parity = 'none', dataBits = 8, stopBits = 1, pauseMs = 0 } = options
  const settings: LineSettings = { baudRate, parity, dataBits, stopBits }
  const timing = lineTiming(settings)
  const paced = path !== undefined
  const line = {
    ...timing,
    paced,
    drainMs: paced ? SERIAL_DRAIN_MS : NETWORK_DRAIN_MS,
    debts: new Map<number, UnitDebts>(),
  }
  const open = async (signal: AbortSignal): Promise<ByteLine> =>
    path === undefined
      ? socketLine(await dialSocket(options, context, signal))
      : await openSerial({ path, ...settings })
  return new RedialledWire(
    {
      dial: async (conversation, signal) => new RtuConversation(await open(signal), line, conversation),
      depth: new PipelineDepth(1, context),
      // A read's frames without its data have 8 and 5 bytes.
      cost: { exchangeMs: 13 * timing.byteMs + 2 * timing.silenceMs, byteMs: timing.byteMs },
      pauseMs,
      mayDieUnnoticed: !paced,
    },
    context,
  )
}

function dialSocket(
  { host = 'localhost', port = 502, connectTimeoutMs }: WireOptions,
  { clock }: LinkContext,
  signal: AbortSignal,
) {
  const timeoutMs = connectTimeoutMs ?? CONNECT_TIMEOUT_MS
  return dialTcp({ host, port }, { timeoutMs, clock, signal })
}
