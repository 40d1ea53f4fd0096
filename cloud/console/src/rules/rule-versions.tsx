import type { RuleVersionView } from '@ganzhi/contracts/rule-view'
import { defineComponent, shallowRef } from 'vue'
import { t } from '../language.ts'
import { showTime } from '../show.ts'
import { takesOver } from './fate-choice.tsx'
import { RuleChange } from './rule-change.tsx'

interface RuleVersionsProps {
  /** The newest first. */
  readonly versions: readonly RuleVersionView[]
  /** The one that counts. */
  readonly counts: number
  readonly openAlarms: number
  readonly onChanged: () => void
}

/** All that the rule ever said; any of it may count again. */
export const RuleVersions = defineComponent(
  (props: RuleVersionsProps) => {
    const wanted = shallowRef<RuleVersionView>()
    return () => (
      <section class="card">
        <header class="card-head">
          <h2>{t('versions')}</h2>
          <span class="count">{props.versions.length}</span>
        </header>
        <ol class="lines">
          {props.versions.map((each) => (
            <li key={each.version}>
              <strong>{t('ruleVersion', { n: each.version })}</strong>
              <span class="muted">{each.author}</span>
              <time class="muted" datetime={each.madeAt}>
                {showTime(each.madeAt)}
              </time>
              {each.version === props.counts ? (
                <span class="push good">{t('versionCounts')}</span>
              ) : (
                <button type="button" class="button push" onClick={() => (wanted.value = each)}>
                  {t('useVersion')}
                </button>
              )}
            </li>
          ))}
        </ol>
        {wanted.value && (
          <RuleChange
            title={t('useVersionTitle', { n: wanted.value.version })}
            action={t('useVersion')}
            openAlarms={props.openAlarms}
            mayMigrate={takesOver(wanted.value.rule)}
            path={`/rules/${wanted.value.rule.id}`}
            body={{ rule: wanted.value.rule }}
            onDone={props.onChanged}
            onClose={() => (wanted.value = undefined)}
          />
        )}
      </section>
    )
  },
  { props: ['versions', 'counts', 'openAlarms', 'onChanged'] },
)
