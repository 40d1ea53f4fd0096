import type { BacktestDocument, BacktestMessage, BacktestRequest } from '@ganzhi/contracts/backtest'
import { onScopeDispose, ref, shallowRef } from 'vue'
import { Refusal, tellOn } from '../ask.ts'
import { asRefusal } from '../load.ts'

/** A run of a rule over what is stored. Whoever leaves the page ends it. */
export function useHistoryRun() {
  const running = ref(false)
  const told = shallowRef<Exclude<BacktestMessage, { kind: 'result' | 'failed' }>>()
  const result = shallowRef<BacktestDocument>()
  const refusal = shallowRef<Refusal>()
  let current = new AbortController()

  async function run(request: BacktestRequest) {
    stop()
    const mine = (current = new AbortController())
    running.value = true
    result.value = refusal.value = told.value = undefined
    try {
      for await (const message of tellOn<BacktestMessage>('/backtests', request, mine.signal)) {
        if (message.kind === 'failed') throw new Refusal(message.problem)
        if (message.kind === 'result') result.value = message.result
        else told.value = message
      }
    } catch (error) {
      if (mine.signal.aborted) return
      refusal.value = asRefusal(error)
    }
    if (mine === current) running.value = false
  }

  function stop() {
    current.abort()
    running.value = false
  }
  onScopeDispose(stop)

  return { running, told, result, refusal, run: (request: BacktestRequest) => void run(request), stop }
}
