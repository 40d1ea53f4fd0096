import type { Dial, Link, PublishOutcome } from './link.ts'

export interface Published {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a test may do to the links that are dialled, and what went over them. */
export interface Tampering {
  readonly dial: Dial
  readonly links: Link[]
  readonly published: Published[]
  readonly sent: { subject: string; body: string }[]
  /** Decides for each publish: pass it, let its answer get lost, or lose it altogether. */
  fate: (published: Published, link: number) => 'pass' | 'lose-answer' | 'lose'
  /** While set, answers are kept back. */
  holdAnswers: boolean
  releaseAnswers(): void
}

/** Real links to a real server, with what a bad network does to them. */
export function tamperedWith(dial: Dial): Tampering {
  const held: (() => void)[] = []
  const tampering: Tampering = {
    links: [],
    published: [],
    sent: [],
    fate: () => 'pass',
    holdAnswers: false,
    releaseAnswers() {
      tampering.holdAnswers = false
      for (const release of held.splice(0)) release()
    },
    async dial(options) {
      const link = await dial(options)
      const nth = tampering.links.push(link) - 1
      return {
        ...link,
        publish(subject, headers, body, settle) {
          const published = { subject, headers }
          tampering.published.push(published)
          const fate = tampering.fate(published, nth)
          if (fate === 'lose') return () => {}
          const answer = (outcome: PublishOutcome) => {
            if (fate === 'lose-answer') return
            if (tampering.holdAnswers) held.push(() => settle(outcome))
            else settle(outcome)
          }
          return link.publish(subject, headers, body, answer)
        },
        send(subject, body) {
          tampering.sent.push({ subject, body: Buffer.from(body).toString() })
          link.send(subject, body)
        },
      }
    },
  }
  return tampering
}
