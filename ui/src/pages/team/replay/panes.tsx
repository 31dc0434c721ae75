import { Show, createMemo, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { createMediaQuery } from "#src/lib/media.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { SplitPanes } from "#src/parts/split-panes.tsx"
import { Tabs } from "#src/parts/tabs.tsx"
import { ChatLog } from "#src/team/chat/log.tsx"
import { EventLine } from "#src/team/history/event-row.tsx"
import { WindowList } from "#src/team/history/window-list.tsx"
import { MembersPane } from "#src/team/members/members-pane.tsx"
import { TeamSourceProvider } from "#src/team/source.ts"
import type { TeamSource } from "#src/team/source.ts"
import { TasksPane } from "#src/team/panes/tasks-pane.tsx"
import { usePeek } from "#src/pages/team/peek.ts"
import { EventPane } from "#src/pages/team/replay/event-pane.tsx"
import type { ReplayPort } from "#src/pages/team/replay/port.ts"
import "#src/pages/team/pane-tabs.css"
import type { Frame } from "#src/pages/team/replay/tape.ts"

const ROW_PIXELS = 32

export interface ReplayPanesProps {
  readonly frame: Frame
  /** The moment that is compared with, while one compares. */
  readonly anchor: Frame | undefined
  readonly port: ReplayPort
  readonly onGoTo: (seq: number) => void
  readonly onOpenTask: (id: string) => void
  /** The team as it is now: events around the moment may be about what came later. */
  readonly names: TeamSource
}

const nothing = () => undefined

/** The same panes as live, with nothing to do in them, over the events around the moment and what this one changed. */
export function ReplayPanes(props: ReplayPanesProps) {
  const peek = usePeek()
  const isNarrow = createMediaQuery("(width < 900px)")
  const [tab, setTab] = createSignal("events")
  const open = (id: string) => props.onOpenTask(id)
  const tasks = () => (
    <TasksPane
      openTask={peek.taskId()}
      onOpen={open}
      empty={<EmptyState title={t("tasks.empty")} detail={t("tasks.empty-replay")} />}
      order={(ids) => peek.setOrder(ids)}
    />
  )
  const chat = () => (
    <Pane title={t("chat.title")}>
      <ChatLog
        pending={[]}
        onRetry={nothing}
        onDiscard={nothing}
        onOpenTask={open}
        emptyDetail={t("chat.empty-then")}
      />
    </Pane>
  )
  const members = () => <MembersPane onOpenTask={open} />
  const events = () => (
    <TeamSourceProvider source={props.names}>
      <EventsPane frame={props.frame} onGoTo={props.onGoTo} />
    </TeamSourceProvider>
  )
  const changed = () => (
    <TeamSourceProvider source={props.names}>
      <EventPane frame={props.frame} anchor={props.anchor} port={props.port} onGoTo={props.onGoTo} onOpenTask={open} />
    </TeamSourceProvider>
  )
  return (
    <Show
      when={isNarrow()}
      fallback={
        <div data-slot="panes">
          <SplitPanes
            name="replay.height"
            label={t("replay.height")}
            direction="column"
            initial={60}
            first={
              <SplitPanes
                name="replay.tasks"
                label={t("replay.width-tasks")}
                initial={45}
                first={tasks()}
                second={
                  <SplitPanes
                    name="replay.members"
                    label={t("replay.width-members")}
                    initial={54}
                    first={chat()}
                    second={members()}
                  />
                }
              />
            }
            second={
              <SplitPanes
                name="replay.events"
                label={t("replay.width-events")}
                initial={62}
                first={events()}
                second={changed()}
              />
            }
          />
        </div>
      }
    >
      <div data-slot="panes" data-component="pane-tabs">
        <Tabs
          label={t("replay.panes")}
          value={tab()}
          onChange={setTab}
          tabs={[
            { value: "events", label: t("replay.events"), content: events },
            { value: "changed", label: t("timeline.event"), content: changed },
            { value: "tasks", label: t("tasks.title"), content: tasks },
            { value: "chat", label: t("chat.title"), content: chat },
            { value: "members", label: t("members.title"), content: members },
          ]}
        />
      </div>
    </Show>
  )
}

function EventsPane(props: Pick<ReplayPanesProps, "frame" | "onGoTo">) {
  // Of every moment anew: a reader who has scrolled away is brought back by the next one.
  const inSight = createMemo(() => {
    const { around, seq } = props.frame
    return { place: around.findIndex((event) => event.seq === seq) }
  })
  return (
    <Pane title={t("replay.events")}>
      <WindowList
        label={t("replay.events-list")}
        count={props.frame.around.length}
        rowAt={(at) => props.frame.around[at]}
        rowPixels={ROW_PIXELS}
        inSight={inSight()}
        reuse={(event) => (
          <button
            type="button"
            data-slot="event"
            aria-current={event().seq === props.frame.seq ? "true" : undefined}
            onClick={() => props.onGoTo(event().seq)}
          >
            <EventLine event={event()} />
          </button>
        )}
      />
    </Pane>
  )
}
