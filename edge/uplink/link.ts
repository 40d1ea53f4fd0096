/** What JetStream said to one publish. Even `acked` proves nothing: it only makes room in the window. */
export type PublishOutcome =
  | { readonly kind: 'acked' }
  /** `full` and `unavailable` pass by themselves; `unfit` is about this one message. */
  | { readonly kind: 'refused'; readonly reason: 'full' | 'unavailable' | 'unfit'; readonly message: string }

/** One connection to the broker. It never comes back: after `closed` a new one is dialled. */
export interface Link {
  readonly server: string
  /** Resolves, never rejects, with the reason why the connection ended. */
  readonly closed: Promise<string>
  /**
   * Hands a message to JetStream. `settle` is called at most once, and never after the returned function was called;
   * silence is the caller's business.
   */
  publish(
    subject: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    settle: (outcome: PublishOutcome) => void,
  ): () => void
  /** Core NATS: nobody answers. */
  send(subject: string, body: Uint8Array): void
  subscribe(subject: string, take: (body: Uint8Array, reply: (body: Uint8Array) => void) => void): void
  /** Resolves when what was sent has reached the server; rejects when the connection ends before. */
  flush(): Promise<void>
  /** At once, whatever state the connection is in. */
  close(reason: string): void
}

export type Dial = (options: { readonly signal: AbortSignal }) => Promise<Link>
