import type { HealthView } from '@ganzhi/contracts/api-views'
import { defineComponent } from 'vue'
import { lookAtHealth } from '../ask.ts'
import { findingText, t, tOr } from '../language.ts'
import { useLoad } from '../load.ts'

const EVERY_MS = 10_000

/** One dot for the whole; open, one line a part, and under each what is found and what to do. */
export const HealthStrip = defineComponent(() => {
  const { data, refusal } = useLoad(
    () => 'health',
    (_key, signal) => lookAtHealth(signal),
    { everyMs: EVERY_MS },
  )

  return () => {
    const state = refusal.value ? 'unknown' : (data.value?.state ?? 'waiting')
    return (
      <details class="menu health">
        <summary class="health-summary" aria-label={t('health')}>
          {refusal.value
            ? null
            : data.value?.parts.map(({ part, state }) => (
                <span key={part} class={['health-chip', state]}>
                  <span class="dot" />
                  {tOr(`part.${part}`, part)}
                </span>
              ))}
          <span class={['health-whole', state]}>
            <span class="dot" />
            {state === 'waiting' ? t('health') : tOr(`health.${state}`, state)}
          </span>
        </summary>
        <div class="menu-sheet wide" aria-live="polite">
          {data.value?.parts.map((part) => (
            <Part key={part.part} part={part} />
          ))}
        </div>
      </details>
    )
  }
})

const Part = ({ part }: { part: HealthView['parts'][number] }) => (
  <section class={['health-part', part.state]}>
    <h3>
      <span class="dot" />
      {tOr(`part.${part.part}`, part.part)}
      <span class="muted">{tOr(`health.${part.state}`, part.state)}</span>
    </h3>
    {part.findings.map((finding) => (
      <p key={finding.code} class={finding.state}>
        {findingText(finding)}
      </p>
    ))}
  </section>
)
Part.props = ['part']
