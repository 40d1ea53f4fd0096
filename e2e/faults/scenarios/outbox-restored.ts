import { join } from 'node:path'

import { copyImage } from '../lab/disk-image.ts'
import type { Scenario } from '../scenario.ts'

export const outboxRestored: Scenario = {
  name: 'outbox-restored',
  promise: 'a gateway whose disk is put back to an older image gives no number out twice',
  async run({ lab, load, delivered }) {
    const [gateway] = lab.gateways
    const image = join(lab.directory, 'image')
    // Under load, and with something in the image that is not delivered yet.
    await lab.nats.kill()
    await load.more(30, gateway)
    await gateway.kill()
    await copyImage(gateway.dataDir, image)
    await gateway.start()
    await lab.nats.start()
    await load.more(30, gateway)
    await delivered()
    for (let time = 0; time < 2; time++) {
      await gateway.kill()
      await copyImage(image, gateway.dataDir)
      await gateway.start()
      await load.more(30, gateway)
      await delivered()
    }
  },
}
