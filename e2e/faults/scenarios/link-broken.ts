import type { FaultProxy } from '../fault-proxy.ts'
import type { Scenario } from '../scenario.ts'

/** What can happen to a link, and how it is put right. */
const FAULTS = [
  ['reset', (link: FaultProxy) => link.reset(), () => {}],
  ['stalled', (link: FaultProxy) => link.stall(true), (link: FaultProxy) => link.stall(false)],
  ['sliced', (link: FaultProxy) => link.slice(7), (link: FaultProxy) => link.slice(undefined)],
  ['refused', (link: FaultProxy) => refuse(link, true), (link: FaultProxy) => refuse(link, false)],
  ['half open', (link: FaultProxy) => link.halfOpen(), () => {}],
  ['mute', (link: FaultProxy) => link.drop('to-client'), (link: FaultProxy) => link.drop(undefined)],
] as const

/** Who talks into a connection that is no longer there finds out by a timeout. */
const FOUND_OUT_WITHIN_MS = 120_000

export const linkBroken: Scenario = {
  name: 'link-broken',
  promise: 'links may be reset, stall, stay half open, go to pieces or swallow the answers',
  setup: { gateways: 2, ingests: 2, proxied: true },
  async run({ lab, load, random, rounds, delivered, say }) {
    const links = Object.entries(lab.links)
    for (let lap = 0; lap < Math.max(1, rounds / 50); lap++) {
      for (const [name, breakIt, mendIt] of FAULTS) {
        for (const [between, link] of links) {
          say(`${between} ${name}`)
          breakIt(link)
          await load.more(random.integer(5, 40))
          mendIt(link)
        }
        await delivered(FOUND_OUT_WITHIN_MS)
      }
    }
  },
}

function refuse(link: FaultProxy, yes: boolean): void {
  link.refuse(yes)
  if (yes) link.reset()
}
