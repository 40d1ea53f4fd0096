import type { BacktestDocument } from '@ganzhi/contracts/backtest'
import type { Rule } from '@ganzhi/contracts/rule'
import { computed, defineComponent, ref } from 'vue'
import { RuleChart } from '../alarms/rule-chart.tsx'
import { TransitionLine } from '../alarms/transition-line.tsx'
import { t } from '../language.ts'
import { showNumber, showSpan } from '../show.ts'

const MOST_LINES = 50

interface HistoryResultProps {
  readonly rule: Rule
  readonly result: BacktestDocument
  readonly from: number
  readonly to: number
}

/** What a rule would have told: how often, of which devices, and of the one that is chosen when and why. */
export const HistoryResult = defineComponent(
  (props: HistoryResultProps) => {
    const chosen = ref<string>()
    const target = computed(
      () => chosen.value ?? props.result.alarms.devices[0]?.target ?? props.result.transitions[0]?.target,
    )
    const transitions = computed(() =>
      props.result.transitions.filter((each) => each.target === target.value),
    )

    const nothing = () => {
      const { devices, inputs } = props.result
      return (
        <p class="hint" role="status">
          <strong>{t(inputs === 0 ? 'tryNoInput' : 'tryNothing')}</strong>{' '}
          {inputs > 0 && t('tryNothingHint', { devices, inputs })}
        </p>
      )
    }

    const figures = () => {
      const { alarms, compared, devices } = props.result
      const before = compared?.alarms
      return (
        <div class="figures">
          {figure(t('tryAlarms'), String(alarms.alarms), before && String(before.alarms))}
          {figure(t('tryPerDay'), short(alarms.perDay), before && short(before.perDay))}
          {figure(
            t('tryLasting'),
            showSpan(alarms.seconds * 1000),
            before && showSpan(before.seconds * 1000),
          )}
          {figure(t('tryDevices'), devices.toLocaleString())}
        </div>
      )
    }

    const days = () => {
      const { days: all } = props.result.alarms
      const most = Math.max(1, ...all.map(({ alarms }) => alarms))
      return (
        all.length > 1 && (
          <ol class="day-bars">
            {all.map(({ date, alarms }) => (
              <li key={date} title={`${date} · ${alarms}`} style={{ height: `${(100 * alarms) / most}%` }} />
            ))}
          </ol>
        )
      )
    }

    const noisiest = () => (
      <>
        <h3 class="part-head">{t('tryNoisiest')}</h3>
        <ul class="lines noisiest">
          {props.result.alarms.devices.map(({ target: each, alarms, seconds }) => (
            <li key={each}>
              <button
                type="button"
                aria-pressed={each === target.value}
                onClick={() => (chosen.value = each)}
              >
                <span>{each.replace('/', ' · ')}</span>
                <span class="push muted">
                  {alarms} × · {showSpan(seconds * 1000)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </>
    )

    const story = () => {
      const shown = transitions.value.slice(0, MOST_LINES)
      const more = transitions.value.length - shown.length
      return (
        <ol class="transitions">
          {shown.map(({ reading, ...step }) => (
            <TransitionLine key={step.id} of={reading ? { ...step, reading } : step} />
          ))}
          {more > 0 && <li class="muted">{t('tryMore', { n: more })}</li>}
        </ol>
      )
    }

    return () => {
      if (target.value === undefined) return [props.result.compared && figures(), nothing()]
      const slash = target.value.indexOf('/')
      return (
        <>
          {figures()}
          {days()}
          {noisiest()}
          <RuleChart
            key={target.value}
            rule={props.rule}
            gateway={target.value.slice(0, slash)}
            device={target.value.slice(slash + 1)}
            transitions={transitions.value}
            from={props.from}
            to={props.to}
            live={false}
          />
          {story()}
        </>
      )
    }
  },
  { props: ['rule', 'result', 'from', 'to'] },
)

function figure(name: string, value: string, before?: string) {
  return (
    <div key={name}>
      <b>{value}</b>
      <span>
        {name}
        {before !== undefined && ` (${t('versionCounts')}: ${before})`}
      </span>
    </div>
  )
}

function short(value: number): string {
  return showNumber(Number(value.toPrecision(2)), null)
}
