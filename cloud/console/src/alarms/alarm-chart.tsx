import type { AlarmStory } from '@ganzhi/contracts/alarm-view'
import type { RuleVersionView } from '@ganzhi/contracts/rule-view'
import { computed, defineComponent } from 'vue'
import { ask } from '../ask.ts'
import { useLoad } from '../load.ts'
import { useNow } from '../show.ts'
import { RuleChart } from './rule-chart.tsx'

const LEAST_ROOM_MS = 120_000
/** Room before and after, as a share of the alarm's own time. */
const ROOM = 0.3

/** The values that an alarm is about, from before it was raised until after it ended. */
export const AlarmChart = defineComponent(
  (props: { story: AlarmStory; device: { gateway: string; device: string } }) => {
    const now = useNow()
    const version = useLoad(
      () => props.story.rule,
      ({ id, version: wanted }, signal) =>
        ask<RuleVersionView>(`/rules/${id}/versions/${wanted}`, {}, signal),
    )
    const span = computed(() => {
      const { openedAt, closedAt, transitions } = props.story
      const since = transitions.map(({ why }) => Date.parse(String(why['since']))).filter(Number.isFinite)
      const began = Math.min(Date.parse(openedAt), ...since)
      const ended = closedAt === null ? began : Date.parse(closedAt)
      const room = Math.max(LEAST_ROOM_MS, ROOM * (ended - began))
      return { from: began - room, to: closedAt === null ? now.value : Math.min(now.value, ended + room) }
    })

    return () => {
      const { transitions, closedAt } = props.story
      return (
        version.data.value && (
          <RuleChart
            rule={version.data.value.rule}
            {...props.device}
            transitions={transitions}
            from={span.value.from}
            to={span.value.to}
            live={closedAt === null || span.value.to >= now.value}
          />
        )
      )
    }
  },
  { props: ['story', 'device'] },
)
