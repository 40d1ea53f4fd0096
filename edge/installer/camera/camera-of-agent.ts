import { locateAgent } from '../../config.ts'
import { askAgent } from '../../intake/ask-agent.ts'

export interface AgentsCamera {
  /** The next picture with what is seen in it, as JPEG. */
  readonly picture: (signal: AbortSignal) => Promise<Buffer>
  /** Takes where it looks now for where it should look. */
  readonly accept: (signal: AbortSignal) => Promise<void>
}

/** A camera that a running agent watches. */
export async function agentsCamera(config: string, id: string): Promise<AgentsCamera> {
  const { intakePath } = await locateAgent(config)
  const ask = (what: string, signal: AbortSignal) =>
    askAgent(intakePath, { camera: { do: what, camera: id } }, signal)
  return {
    async picture(signal) {
      const { base64 } = await ask('picture', signal)
      return Buffer.from(base64 as string, 'base64')
    },
    async accept(signal) {
      await ask('accept', signal)
    },
  }
}
