import type { Rule } from '@ganzhi/contracts/rule'
import { defineComponent, ref, shallowRef, watch } from 'vue'
import { Segments } from '../frame/segments.tsx'
import { problemText, t } from '../language.ts'
import { HistoryResult } from './history-result.tsx'
import { useHistoryRun } from './history-run.ts'

const HOURS = ['1', '24', '168', '720'] as const
const HOUR_MS = 3_600_000

interface TryOnHistoryProps {
  readonly rule: Rule
  /** The version that counts, beside one that is to be. */
  readonly compare?: Rule | undefined
}

/** What the rule would have told of what is stored, before it counts. */
export const TryOnHistory = defineComponent(
  (props: TryOnHistoryProps) => {
    const hours = ref<(typeof HOURS)[number]>('24')
    const tried = shallowRef<{ rule: Rule; from: number; to: number }>()
    const { running, told, result, refusal, run, stop } = useHistoryRun()

    function begin() {
      const to = Date.now()
      const { rule, compare } = props
      tried.value = { rule, from: to - Number(hours.value) * HOUR_MS, to }
      run({
        rule,
        ...(compare && { compare }),
        from: new Date(tried.value.from).toISOString(),
        to: new Date(to).toISOString(),
      })
    }
    // What was found of another text says nothing of this one.
    watch(
      () => JSON.stringify(props.rule),
      () => {
        stop()
        tried.value = undefined
      },
    )

    const progress = () => (
      <div class="try-progress" role="status">
        <progress value={told.value?.kind === 'progress' ? told.value.share : undefined} />
        <span class="muted small">
          {told.value?.kind === 'waiting' && t('tryWaiting', { n: told.value.ahead })}
          {told.value?.kind === 'progress' &&
            t('tryRunning', { devices: told.value.devices, inputs: told.value.inputs })}
        </span>
        <button type="button" class="button" onClick={stop}>
          {t('tryStop')}
        </button>
      </div>
    )

    return () => (
      <section class="card try-card">
        <header class="card-head">
          <h2>{t('tryHistory')}</h2>
          <Segments
            label={t('tryDays')}
            names={HOURS}
            chosen={hours.value}
            textOf={(each) => t(`try.${each}`)}
            onChoose={(each) => (hours.value = each)}
          />
          <button type="button" class="button primary" disabled={running.value} onClick={begin}>
            {t(tried.value ? 'tryAgain' : 'tryRun')}
          </button>
        </header>
        {!tried.value && <p class="hint">{t('tryHint')}</p>}
        {running.value && progress()}
        {refusal.value && tried.value && (
          <p class="refusal hint" role="alert">
            {problemText(refusal.value.problem)}
          </p>
        )}
        {result.value && tried.value && <HistoryResult {...tried.value} result={result.value} />}
      </section>
    )
  },
  { props: ['rule', 'compare'] },
)
