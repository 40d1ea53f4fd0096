import { agentsCamera } from '../../installer/camera/camera-of-agent.ts'
import { command, needed, only } from '../command.ts'

export const cameraAccept = command({
  help: `
ganzhi-edge camera accept <id> --config <gateway.yaml> [--json]
画面移位后，把现在的画面认作正确的：先看一眼、重画区域，再认可
takes the view as it is now for the right one, after "moved": look at it first, and draw its zones again

例 example:
  ganzhi-edge camera accept gate --config gateway.yaml
`,
  positionals: '<id>',
  options: { config: { type: 'string' } },
  async run({ config, json }, { positionals, terminal, signal }) {
    const id = only(positionals, '摄像机 camera')
    const camera = await agentsCamera(needed(config, 'config'), id)
    await camera.accept(signal)
    terminal.out(json ? JSON.stringify({ camera: id, accepted: true }) : `${id}: 已认可 accepted`)
    return 0
  },
})
