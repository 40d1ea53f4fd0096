import { parseArgs } from 'node:util'
import { aborted, type CommandContext } from '../command-context.ts'
import { obey } from '../orders.ts'
import { cameraFaults, parseFault } from './fault.ts'
import { CAMERA_HELP, CAMERA_OPTIONS, checkedOptions } from './options.ts'
import { openSite } from './site.ts'
import { viewsOf } from './views.ts'

/** Serves until the signal aborts. */
export async function simulateCamera(context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args: [...context.args], options: CAMERA_OPTIONS })
  if (values.help) return context.print(CAMERA_HELP)
  const options = checkedOptions(values)
  const faults = cameraFaults(options.seed, values.fault)
  const views = await viewsOf({ ...options, pictures: values.pictures, clip: values.clip })
  const { now, log } = context
  await using site = await openSite({ ...options, host: values.host, views, faults, now, log })
  using _ = obey(context, {
    fault: (line) => faults.add(parseFault(line)),
    clear: () => faults.clear(),
    truth: () => site.cameras.map((camera) => camera.truth()),
    restart: async (afterMs) =>
      void (await Promise.all([site.rtsp.restart(afterMs), site.http.restart(afterMs)])),
  })
  const painted = site.cameras.flatMap(({ streams }) => options.painted.map((name) => streams[name].whole()))
  await Promise.all(painted)
  const ready = {
    ready: true,
    port: site.rtsp.port,
    httpPort: site.http.port,
    ...(site.discovery ? { discoveryPort: site.discovery.port } : {}),
    cameras: site.cameras.map(({ id, moving, programme }) => ({
      camera: id,
      moving,
      ...site.addressesOf(id),
      ...(programme && { programme }),
    })),
    seed: options.seed,
  }
  context.print(`${JSON.stringify(ready)}\n`)
  await aborted(context.signal)
}
