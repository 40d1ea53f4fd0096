import type { BacktestDocument, BacktestMessage, BacktestRequest } from '@ganzhi/contracts/backtest'
import { GanzhiError } from '@ganzhi/contracts/error'
import { type ApiClient, problemError } from './api-client.ts'

type Progress = Extract<BacktestMessage, { kind: 'progress' }>

/** Lets a platform try a rule on what it has stored. */
export async function platformBacktest(
  api: ApiClient,
  request: BacktestRequest,
  onProgress: (progress: Progress) => void,
): Promise<BacktestDocument> {
  for await (const line of linesOf(await api.download('/backtests', request))) {
    const message = JSON.parse(line) as BacktestMessage
    switch (message.kind) {
      case 'waiting':
        break
      case 'progress':
        onProgress(message)
        break
      case 'result':
        return message.result
      case 'failed':
        throw problemError(message.problem)
    }
  }
  throw new GanzhiError('平台中断了回测 the platform broke off', {
    code: 'broken-off',
    blame: 'outside',
    remedy: '请重试。 Try again.',
    retryable: true,
  })
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
