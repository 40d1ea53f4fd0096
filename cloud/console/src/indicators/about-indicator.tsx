import type { AreaFigure, Beyond, DeviceFigure, Indicator } from '@ganzhi/contracts/indicator'
import type { IndicatorView } from '@ganzhi/contracts/indicator-view'
import type { FunctionalComponent } from 'vue'
import { t } from '../language.ts'
import { showProperty, showTime } from '../show.ts'

const NEEDS = 75

/** What an indicator is, in words. */
export const AboutIndicator: FunctionalComponent<{ indicator: IndicatorView }> = ({
  indicator: { id, document, until },
}) => {
  const facts = [
    [t('about.limits'), limitsText(document)],
    ...computedFrom(document),
    [t('about.id'), id],
    [t('about.until'), until && showTime(until)],
  ] as const
  return (
    <section class="card">
      <header class="card-head">
        <h2>{t('aboutIndicator')}</h2>
      </header>
      <dl class="facts">
        {facts.map(
          ([name, text]) =>
            text && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ),
        )}
        {document.source && (
          <div class="wide">
            <dt>{t('about.source')}</dt>
            <dd>{document.source}</dd>
          </div>
        )}
      </dl>
    </section>
  )
}
AboutIndicator.props = ['indicator']

function computedFrom(document: Indicator): (readonly [string, string])[] {
  if ('expression' in document) {
    const inputs = Object.entries(document.with).map(([name, id]) => `${name} = ${id}`)
    return [[t('about.expression'), [document.expression, ...inputs].join(' · ')]]
  }
  const { of, device, area, needs = NEEDS } = document
  const property = showProperty(of.property)
  return [
    [t('about.property'), of.tag === undefined ? property : t('withTag', { property, tag: of.tag })],
    [t('about.device'), deviceText(device)],
    [t('about.area'), areaText(area)],
    ...(device === 'presence' ? [] : ([[t('about.needs'), t('needsOf', { n: needs })]] as const)),
  ]
}

function limitsText({ amber, red }: Indicator): string {
  return [
    amber && `${t('standing.amber')} ${beyondText(amber)}`,
    red && `${t('standing.red')} ${beyondText(red)}`,
  ]
    .filter(Boolean)
    .join(' · ')
}

function beyondText({ above, below }: Beyond): string {
  return [
    above === undefined ? undefined : t('above', { n: above }),
    below === undefined ? undefined : t('below', { n: below }),
  ]
    .filter(Boolean)
    .join(' / ')
}

function deviceText(figure: DeviceFigure): string {
  return typeof figure === 'string'
    ? t(`figure.${figure}`)
    : t('figure.shareOfTime', { beyond: beyondText(figure.share) })
}

function areaText(figure: AreaFigure): string {
  if (typeof figure === 'string') return t(`figure.${figure}`)
  return 'share' in figure
    ? t('figure.shareOfDevices', { beyond: beyondText(figure.share) })
    : t('figure.countOfDevices', { beyond: beyondText(figure.count) })
}
