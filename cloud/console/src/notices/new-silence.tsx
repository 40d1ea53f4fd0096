import type { GatewayView } from '@ganzhi/contracts/api-views'
import type { AreaView } from '@ganzhi/contracts/area'
import type { RuleView } from '@ganzhi/contracts/rule-view'
import type { Silence, SilenceView } from '@ganzhi/contracts/silence'
import { defineComponent, reactive, ref, shallowRef } from 'vue'
import { SEVERITIES } from '../alarms/severities.ts'
import { areaName } from '../area-text.ts'
import { ask, type Refusal, tell } from '../ask.ts'
import { PanelHead } from '../frame/panel-head.tsx'
import { Refused } from '../frame/refused.tsx'
import { Segments } from '../frame/segments.tsx'
import { typed } from '../frame/typed.ts'
import { language, t } from '../language.ts'
import { asRefusal, useLoad } from '../load.ts'
import type { Page } from '../paged.ts'
import { go } from '../place.ts'
import { showTime } from '../show.ts'

const HOURS = ['1', '4', '24', '168'] as const
const HOUR_MS = 3_600_000
const SCOPES = ['gateway', 'device', 'area', 'tag'] as const

/** Of which alarms nobody is to be told, how long, and why. */
export const NewSilence = defineComponent(
  /** `wanted`: gateway/device, where it is for one. */
  (props: { wanted: string }) => {
    const [gateway = '', device = ''] = props.wanted.split('/')
    const scope = reactive({ gateway, device, area: '', tag: '', rule: '' })
    const upTo = ref<Silence['upTo'] | ''>('')
    const hours = ref<(typeof HOURS)[number]>('4')
    const reason = ref('')
    const refusal = shallowRef<Refusal>()
    const gateways = useLoad(
      () => 'gateways',
      (_key, signal) => ask<Page<GatewayView>>('/gateways', {}, signal),
    )
    const rules = useLoad(
      () => 'rules',
      (_key, signal) => ask<Page<RuleView>>('/rules', { limit: 100 }, signal),
    )
    const areas = useLoad(
      () => 'areas',
      (_key, signal) => ask<Page<AreaView>>('/areas', { limit: 500 }, signal),
    )
    const until = () => new Date(Date.now() + Number(hours.value) * HOUR_MS).toISOString()

    async function make(event: Event) {
      event.preventDefault()
      const given = SCOPES.flatMap((name) => (scope[name].trim() ? [[name, scope[name].trim()]] : []))
      const silence: Silence = {
        for: Object.fromEntries(given) as Silence['for'],
        ...(scope.rule.trim() && { rule: scope.rule.trim() }),
        ...(upTo.value && { upTo: upTo.value }),
        until: until(),
        reason: reason.value.trim(),
      }
      try {
        const made = await tell<SilenceView>('/silences', silence)
        go({ silence: made.id }, 'replace')
      } catch (error) {
        refusal.value = asRefusal(error)
      }
    }

    const field = (
      name: keyof typeof scope,
      label: string,
      known: readonly (readonly [string, string])[],
    ) => (
      <label class="field">
        {label}
        <input
          value={scope[name]}
          list={known.length > 0 ? `known-${name}` : undefined}
          autocapitalize="none"
          onInput={(event: Event) => (scope[name] = typed(event))}
        />
        {known.length > 0 && (
          <datalist id={`known-${name}`}>
            {known.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </datalist>
        )}
      </label>
    )

    return () => (
      <article class="story-panel">
        <PanelHead back={() => go({ silence: undefined })} title={t('newSilence')} />
        <form class="card silence-form" onSubmit={(event: Event) => void make(event)}>
          <label class="field">
            {t('silenceWhy')}
            <input
              required
              autofocus
              maxlength={500}
              placeholder={t('silenceWhyHint')}
              value={reason.value}
              onInput={(event: Event) => (reason.value = typed(event))}
            />
          </label>
          <div class="field">
            {t('silenceLong')}
            <div class="silence-long">
              <Segments
                label={t('silenceLong')}
                names={HOURS}
                chosen={hours.value}
                textOf={(each) => t(`long.${each}`)}
                onChoose={(each) => (hours.value = each)}
              />
              <span>{t('silenceUntil', { time: showTime(until()) })}</span>
            </div>
          </div>
          <fieldset>
            <legend>
              {t('silenceFor')} <span class="muted small">{t('silenceEverything')}</span>
            </legend>
            {field('gateway', t('gateway'), gateways.data.value?.items.map(({ name }) => [name, name]) ?? [])}
            {field('device', t('device'), [])}
            {field('area', t('area'), areas.data.value?.items.map((area) => [area.id, areaName(area)]) ?? [])}
            {field('tag', t('tag'), [])}
            {field(
              'rule',
              t('rule'),
              rules.data.value?.items.map(({ id, rule }) => [id, rule.names?.[language.value] ?? id]) ?? [],
            )}
            <label class="field">
              {t('fact.severity')}
              <select
                class="choice"
                value={upTo.value}
                onChange={(event: Event) => (upTo.value = typed(event) as Silence['upTo'] | '')}
              >
                <option value="">{t('anySeverity')}</option>
                {SEVERITIES.map((severity) => (
                  <option key={severity} value={severity}>
                    {t('silenceUpTo')} {t(`severity.${severity}`)}
                  </option>
                ))}
              </select>
            </label>
          </fieldset>
          <Refused refusal={refusal.value} />
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => go({ silence: undefined })}>
              {t('cancel')}
            </button>
            <button class="button primary">{t('makeSilence')}</button>
          </div>
        </form>
      </article>
    )
  },
  { props: ['wanted'] },
)
