import type { CommandView } from '@ganzhi/contracts/api-views'
import { defineComponent } from 'vue'
import { ask } from '../ask.ts'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import type { Page } from '../paged.ts'
import { showTime } from '../show.ts'

const SHOWN = 20
const EVERY_MS = 3_000

/** What was asked of a device lately, and what became of it; nothing where nobody ever asked. */
export const CommandList = defineComponent(
  (props: { gateway: string; device: string }) => {
    const { data } = useLoad(
      () => ({ gateway: props.gateway, device: props.device }),
      (query, signal) => ask<Page<CommandView>>('/commands', { ...query, limit: SHOWN }, signal),
      { everyMs: EVERY_MS },
    )

    return () =>
      data.value !== undefined &&
      data.value.items.length > 0 && (
        <section class="commands-card card">
          <header class="card-head">
            <h2>{t('commands')}</h2>
            <span class="count">
              {data.value.items.length}
              {data.value.next !== null && '+'}
            </span>
          </header>
          <ol class="commands">{data.value.items.map(command)}</ol>
        </section>
      )
  },
  { props: ['gateway', 'device'] },
)

function command({ id, property, value, author, askedAt, state, ended, hindrance, steps }: CommandView) {
  return (
    <li key={id}>
      <details>
        <summary>
          <span class={['command-state', state, !ended && 'under-way']}>{t(`command.${state}`)}</span>
          <code>
            {property} = {JSON.stringify(value)}
          </code>
          <span class="muted">{author}</span>
          <time class="muted" datetime={askedAt}>
            {showTime(askedAt)}
          </time>
        </summary>
        <ol class="command-steps">
          {steps.map((step) => (
            <li key={`${step.source} ${step.state}`}>
              <time class="muted" datetime={step.at}>
                {showTime(step.at)}
              </time>
              <span>{t(`command.${step.state}`)}</span>
              <span>{step.author ?? (step.value === null ? '' : JSON.stringify(step.value))}</span>
              {step.error && (
                <p>
                  {step.error.message} <span class="muted">{step.error.remedy}</span>
                </p>
              )}
            </li>
          ))}
          {hindrance && (
            <li>
              <p>
                {hindrance.message} <span class="muted">{hindrance.remedy}</span>
              </p>
            </li>
          )}
        </ol>
      </details>
    </li>
  )
}
