import { GanzhiError } from '@ganzhi/contracts/error'
import { askIntake } from './ask-intake.ts'
import type { SubmissionError } from './submission.ts'

/** One question to an agent that must run; what it refuses is thrown. */
export async function askAgent(
  path: string,
  question: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const answer = await askIntake(path, question, signal)
  if (!answer) {
    throw new GanzhiError('代理未运行 the agent does not run', {
      code: 'not-running',
      blame: 'outside',
      remedy: '请先启动代理。 Start it: ganzhi-edge run --config …',
    })
  }
  const { id: _, error, ...facts } = answer
  if (error === undefined) return facts
  const { message, code, field, remedy } = error as SubmissionError
  throw new GanzhiError(message, {
    code,
    blame: code === 'bad-input' ? 'caller' : 'outside',
    ...(field === undefined ? {} : { field }),
    ...(remedy === undefined ? {} : { remedy }),
  })
}
