import type { Notice, WithheldBy } from '@ganzhi/contracts/notice'
import type { FunctionalComponent } from 'vue'
import { targetOf } from '../alarms/alarm-target.ts'
import { ruleName } from '../alarms/alarm-text.ts'
import { SeverityTag } from '../alarms/severity-tag.tsx'
import { PanelHead } from '../frame/panel-head.tsx'
import { language, t } from '../language.ts'
import { go } from '../place.ts'
import { showTime } from '../show.ts'

/** A message, and the alarms that it counts. */
export const NoticePanel: FunctionalComponent<{ notice: Notice }> = ({ notice }) => (
  <article class="story-panel">
    <PanelHead
      back={() => go({ notice: undefined })}
      title={
        <>
          {t(`notice.${notice.kind}`)} <SeverityTag of={notice.severity} />
        </>
      }
      line={showTime(notice.at)}
    />
    <section class="card reading-card">
      <div class="reading">
        <p class="said">{notice.text[language.value]}</p>
        {notice.withheldBy && <p class="remark">{withheldText(notice.withheldBy)}</p>}
        {notice.escalation && <p class="muted">{t('escalatedTo', notice.escalation)}</p>}
        {notice.digest && (
          <p class="muted">
            {t('digestOf', {
              ...notice.digest,
              from: showTime(notice.digest.from),
              until: showTime(notice.digest.until),
            })}
          </p>
        )}
      </div>
    </section>
    <section class="card">
      <header class="card-head">
        <h2>{t('aboutAlarms')}</h2>
        <span class="count">{notice.count}</span>
      </header>
      <ul class="lines chosen-lines">
        {notice.alarms.map((alarm) => (
          <li key={alarm.id}>
            <button type="button" onClick={() => go({ page: 'alarms', alarm: alarm.id })}>
              <SeverityTag of={alarm.severity} />
              <strong>{ruleName(alarm.rule)}</strong>
              <span>{targetOf(alarm)}</span>
              {alarm.flapping && <span class="badge">{t('flapping')}</span>}
              <time class="muted push" datetime={alarm.openedAt}>
                {showTime(alarm.openedAt)}
              </time>
            </button>
          </li>
        ))}
      </ul>
    </section>
  </article>
)
NoticePanel.props = ['notice']

export function withheldText(by: WithheldBy): string {
  return t('silence' in by ? 'withheldBySilence' : 'withheldByAlarm')
}
