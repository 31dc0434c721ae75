import { Match, Show, Switch } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { createMediaQuery } from "#src/lib/media.ts"
import { SplitPanes } from "#src/parts/split-panes.tsx"
import { Tabs } from "#src/parts/tabs.tsx"
import { LiveFrame } from "#src/pages/team/live-frame.tsx"
import { LIVE_ROOMS } from "#src/pages/team/live-model.ts"
import "#src/pages/team/pane-tabs.css"
import "./live.css"

/** What stands where; each is made where it is shown. */
export interface LivePanes {
  readonly chat: () => JSX.Element
  readonly tasks: () => JSX.Element
  readonly events: () => JSX.Element
  readonly results: () => JSX.Element
  readonly members: () => JSX.Element
  readonly strip: () => JSX.Element
  readonly desktop: () => JSX.Element
}

export interface LiveLayoutProps {
  readonly panes: LivePanes
  readonly hasDesktop: boolean
  readonly workTab: string
  readonly onWorkTab: (tab: string) => void
  readonly narrowTab: string
  readonly onNarrowTab: (tab: string) => void
}

/** Desktop and work on the left, chat in the middle, members on the right; with less room members are a strip, with little all are tabs. */
export function LiveLayout(props: LiveLayoutProps) {
  const isNarrow = createMediaQuery(LIVE_ROOMS.narrow)
  const isMiddle = createMediaQuery(LIVE_ROOMS.middle)
  return (
    <div data-component="live">
      <Switch fallback={<Wide {...props} />}>
        <Match when={isNarrow()}>
          <Narrow {...props} />
        </Match>
        <Match when={isMiddle()}>
          <div data-slot="with-strip">
            {props.panes.strip()}
            <SplitPanes
              name="live.tasks"
              label={t("live.width-work")}
              initial={45}
              first={<Left {...props} />}
              second={<Chat {...props} />}
            />
          </div>
        </Match>
      </Switch>
    </div>
  )
}

const Chat = (props: LiveLayoutProps) => (
  <LiveFrame pane="chat" title={t("chat.title")}>
    {props.panes.chat()}
  </LiveFrame>
)

function Wide(props: LiveLayoutProps) {
  return (
    <SplitPanes
      name="live.tasks"
      label={t("live.width-work")}
      initial={38}
      first={<Left {...props} />}
      second={
        <SplitPanes
          name="live.members"
          label={t("team.width-members")}
          initial={60}
          first={<Chat {...props} />}
          second={
            <LiveFrame pane="members" title={t("members.title")}>
              {props.panes.members()}
            </LiveFrame>
          }
        />
      }
    />
  )
}

function Left(props: LiveLayoutProps) {
  return (
    <Show when={props.hasDesktop} fallback={<Work {...props} />}>
      <SplitPanes
        name="live.desktop"
        label={t("live.height-desktop")}
        direction="column"
        initial={30}
        first={
          <LiveFrame pane="desktop" title={t("live.desktop")}>
            {props.panes.desktop()}
          </LiveFrame>
        }
        second={<Work {...props} />}
      />
    </Show>
  )
}

function Work(props: LiveLayoutProps) {
  return (
    <LiveFrame pane="work" title={t("live.work")}>
      <div data-component="work-tabs">
        <Tabs
          label={t("live.work")}
          value={props.workTab}
          onChange={props.onWorkTab}
          tabs={[
            { value: "tasks", label: t("tasks.title"), content: props.panes.tasks },
            { value: "events", label: t("live.events"), content: props.panes.events },
            { value: "results", label: t("results.title"), content: props.panes.results },
          ]}
        />
      </div>
    </LiveFrame>
  )
}

function Narrow(props: LiveLayoutProps) {
  return (
    <div data-component="pane-tabs">
      <Tabs
        label={t("team.panes")}
        value={props.narrowTab}
        onChange={props.onNarrowTab}
        tabs={[
          { value: "chat", label: t("chat.title"), content: props.panes.chat },
          { value: "tasks", label: t("tasks.title"), content: props.panes.tasks },
          { value: "results", label: t("results.title"), content: props.panes.results },
          { value: "members", label: t("members.title"), content: props.panes.members },
        ]}
      />
    </div>
  )
}
