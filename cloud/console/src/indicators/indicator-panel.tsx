import type { Comparison, IndicatorValueView, IndicatorView } from '@ganzhi/contracts/indicator-view'
import { unitText } from '@ganzhi/contracts/unit-text'
import { defineComponent } from 'vue'
import { areaName } from '../area-text.ts'
import { ask } from '../ask.ts'
import { PanelHead } from '../frame/panel-head.tsx'
import { language, t } from '../language.ts'
import { useLoad } from '../load.ts'
import { go } from '../place.ts'
import { AboutIndicator } from './about-indicator.tsx'
import { AreasBelow } from './areas-below.tsx'
import { isBetter, showAmount, showChange, showFigure, showPeriod, trendText } from './indicator-text.ts'
import { IndicatorTrend } from './indicator-trend.tsx'
import { StandingTag } from './standing-tag.tsx'

/** One indicator of one area: its value, how complete it is, what it was, and the areas below. */
export const IndicatorPanel = defineComponent(
  (props: { value: IndicatorValueView }) => {
    const { data } = useLoad(
      () => `/indicators/${props.value.indicator}`,
      (path, signal) => ask<IndicatorView>(path, {}, signal),
    )

    return () => {
      const { value } = props
      const { names, area, at, period, unit, standing, expected, present } = value
      const document = data.value?.document
      return (
        <article class="story-panel">
          <PanelHead
            back={() => go({ indicator: undefined })}
            title={
              <>
                {names[language.value]} <StandingTag of={standing} />
              </>
            }
            line={`${areaName(area)} · ${showPeriod(at, period)}`}
            end={
              <span class={['amount push', standing && `is-${standing}`]}>
                <b>{showFigure(value.value)}</b> {value.value !== null && unitText(unit)}
              </span>
            }
          />
          {value.value === null && expected > 0 && (
            <p class="remark">
              {document && 'expression' in document
                ? t('missingDerived')
                : t('missingHint', { expected, present })}
            </p>
          )}
          <section class="card">
            <header class="card-head">
              <h2>{t('versus')}</h2>
            </header>
            <dl class="facts">
              {comparison(t('previous'), value.previous, value, document?.better)}
              {value.lastWeek &&
                (period === 'hour' || period === 'day') &&
                comparison(t(`lastWeek.${period}`), value.lastWeek, value, document?.better)}
              {value.lastYear && comparison(t('lastYear'), value.lastYear, value, document?.better)}
              <div>
                <dt>
                  {t('trend')} · {t('course8')}
                </dt>
                <dd class={value.course && `is-${value.course}`}>{trendText(value)}</dd>
              </div>
              <div>
                <dt>{t('present')}</dt>
                <dd class={present < expected && 'is-worse'}>
                  {t('presentOf', { present, expected })}{' '}
                  <meter min={0} max={Math.max(1, expected)} value={present} aria-hidden="true" />
                </dd>
              </div>
            </dl>
          </section>
          <IndicatorTrend value={value} document={document} />
          <AreasBelow value={value} better={document?.better} />
          {data.value && <AboutIndicator indicator={data.value} />}
        </article>
      )
    }
  },
  { props: ['value'] },
)

function comparison(
  name: string,
  compared: Comparison,
  { unit, period }: IndicatorValueView,
  better: 'lower' | 'higher' | undefined,
) {
  const isGood = isBetter(compared, better)
  return (
    <div>
      <dt>
        {name} · {showPeriod(compared.at, period)}
      </dt>
      {compared.value === null ? (
        <dd class="muted">{t('notKnown')}</dd>
      ) : (
        <dd>
          <b class={isGood !== undefined && (isGood ? 'is-better' : 'is-worse')}>
            {showChange(compared, unit)}
          </b>{' '}
          <span class="muted">{t('wasThen', { value: showAmount(compared.value, unit) })}</span>
        </dd>
      )}
    </div>
  )
}
