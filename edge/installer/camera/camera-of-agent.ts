import { GanzhiError } from '@ganzhi/contracts/error'
import { locateAgent } from '../../config.ts'
import { askIntake } from '../../intake/ask-intake.ts'

export interface AgentsCamera {
  readonly id: string
  ask(what: 'picture' | 'accept', signal: AbortSignal): Promise<Record<string, unknown>>
  /** The next picture with what is seen in it, as JPEG. */
  readonly picture: (signal: AbortSignal) => Promise<Buffer>
}

/** A camera that a running agent watches. */
export async function agentsCamera(config: string, id: string): Promise<AgentsCamera> {
  const { intakePath } = await locateAgent(config)
  const ask: AgentsCamera['ask'] = async (what, signal) => {
    const answer = await askIntake(intakePath, { camera: { do: what, camera: id } }, signal)
    if (!answer) throw notRunning()
    if ('error' in answer) throw refusedBy(answer['error'] as Refusal)
    return answer
  }
  return {
    id,
    ask,
    async picture(signal) {
      const { base64 } = await ask('picture', signal)
      return Buffer.from(base64 as string, 'base64')
    },
  }
}

interface Refusal {
  readonly code: string
  readonly message: string
  readonly field?: string
  readonly remedy?: string
}

function refusedBy({ message, ...facts }: Refusal): GanzhiError {
  return new GanzhiError(message, { ...facts, blame: facts.field === 'camera' ? 'caller' : 'outside' })
}

function notRunning(): GanzhiError {
  return new GanzhiError('代理未运行 the agent does not run', {
    code: 'not-running',
    blame: 'outside',
    remedy: '请先启动代理。 Start it: ganzhi-edge run --config …',
  })
}
