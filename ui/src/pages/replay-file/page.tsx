import { useSearchParams } from "@solidjs/router"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import FileUp from "lucide-solid/icons/file-up"
import { Show, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import type { PlainTextKey } from "#src/i18n/index.ts"
import { useNow } from "#src/lib/clock.ts"
import { absoluteTime, millisOf, sizeText } from "#src/lib/time.ts"
import { REPLAY_FILE_MAX_BYTES } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { Page } from "#src/shell/page.tsx"
import { PeekProvider, usePeek } from "#src/pages/team/peek.ts"
import type { TeamSource } from "#src/team/source.ts"
import { ReplayView } from "#src/pages/team/replay/view.tsx"
import type { ReplayAddress } from "#src/pages/team/replay/view.tsx"
import { filePort } from "#src/pages/replay-file/port.ts"
import { UnusableFile, readHistoryFile } from "#src/pages/replay-file/read.ts"
import type { Flaw, HistoryFile } from "#src/pages/replay-file/read.ts"
import "./page.css"

const FLAWS: Readonly<Record<Flaw, PlainTextKey>> = {
  foreign: "file.flaw.foreign",
  newer: "file.flaw.newer",
  selection: "file.flaw.selection",
  garbage: "file.flaw.garbage",
  gap: "file.flaw.gap",
  truncated: "file.flaw.truncated",
  empty: "file.flaw.empty",
  "too-large": "file.flaw.too-large",
}

interface Refusal {
  readonly name: string
  readonly flaw: Flaw
  readonly line: number
}

/** An exported history, replayed from the file alone: nothing is asked of the server and nothing is sent to it. */
export default function ReplayFilePage() {
  const [file, setFile] = createSignal<HistoryFile>()
  const [refusal, setRefusal] = createSignal<Refusal>()
  const [percent, setPercent] = createSignal<number>()
  const [isOver, setOver] = createSignal(false)
  let input: HTMLInputElement | undefined
  let wish = 0

  const open = async (picked: File | undefined) => {
    if (picked === undefined) return
    wish += 1
    const own = wish
    setFile(undefined)
    setRefusal(undefined)
    setPercent(0)
    try {
      const read = await readHistoryFile(picked, (bytes) => own === wish && setPercent((bytes / picked.size) * 100))
      if (own === wish) setFile(read)
    } catch (error) {
      if (!(error instanceof UnusableFile)) throw error
      if (own === wish) setRefusal({ name: picked.name, flaw: error.flaw, line: error.line })
    } finally {
      if (own === wish) setPercent(undefined)
    }
  }
  const pick = () => (
    <Button variant={file() === undefined ? "primary" : "secondary"} onClick={() => input?.click()}>
      <FileUp size={14} aria-hidden="true" />
      {file() === undefined ? t("file.pick") : t("file.pick-other")}
    </Button>
  )
  const detail = (why: Refusal) =>
    why.line === 0 ? t(FLAWS[why.flaw]) : t("file.flaw-at", { flaw: t(FLAWS[why.flaw]), line: why.line })
  return (
    <Page title={file()?.teamName ?? t("file.title")}>
      <div
        data-component="replay-file"
        data-over={isOver()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void open(event.dataTransfer?.files[0])
        }}
      >
        <input
          ref={(element) => (input = element)}
          type="file"
          accept=".jsonl,.ndjson,application/x-ndjson"
          class="visually-hidden"
          tabindex="-1"
          aria-label={t("file.pick")}
          onChange={(event) => {
            void open(event.currentTarget.files?.[0])
            event.currentTarget.value = ""
          }}
        />
        <Show when={percent()}>
          {(share) => (
            <div data-slot="reading">
              <p>{t("file.reading")}</p>
              <Progress label={t("file.reading")} percent={Math.round(share())} />
            </div>
          )}
        </Show>
        <Show when={refusal()}>
          {(why) => (
            <div data-slot="refused">
              <ErrorState title={t("file.unusable", { name: why().name })} detail={detail(why())} />
              {pick()}
            </div>
          )}
        </Show>
        <Show
          when={file()}
          keyed
          fallback={
            <Show when={percent() === undefined && refusal() === undefined}>
              <EmptyState
                icon={FileUp}
                title={t("file.drop")}
                detail={t("file.drop-detail", { size: sizeText(REPLAY_FILE_MAX_BYTES) })}
                action={pick()}
              />
            </Show>
          }
        >
          {(read) => (
            <PeekProvider>
              <FromFile file={read} pick={pick} />
            </PeekProvider>
          )}
        </Show>
      </div>
    </Page>
  )
}

function FromFile(props: { readonly file: HistoryFile; readonly pick: () => ReturnType<typeof Button> }) {
  const peek = usePeek()
  const now = useNow()
  const [search, setSearch] = useSearchParams<{ at?: string; vs?: string }>()
  // eslint-disable-next-line solid/reactivity -- another file is another component
  const file = props.file
  const { base, events, teamId } = file
  const port = filePort(file)
  const end = foldTeamView(events.length === 0 ? emptyTeamView() : base, events)
  const names: TeamSource = {
    teamId,
    mode: "replay",
    view: end,
    raw: () => end,
    isLoaded: () => true,
    now,
    taskEvents: () => Promise.resolve([]),
    onEvents: () => () => undefined,
  }
  const text = (value: unknown) => (typeof value === "string" && /^\d{1,20}$/.test(value) ? value : undefined)
  const address: ReplayAddress = {
    at: () => text(search.at),
    vs: () => text(search.vs),
    set: (next) => setSearch(next, { replace: true, scroll: false }),
  }
  return (
    <ReplayView
      port={port}
      address={address}
      teamId={teamId}
      names={names}
      // Those the file was exported with: read, not changed.
      bookmarks={{ list: () => end.team?.bookmarks ?? [], add: undefined, remove: undefined }}
      liveSeq={undefined}
      onLive={undefined}
      actions={() => (
        <>
          <span data-slot="exported">
            {t("file.exported", { time: absoluteTime(millisOf(props.file.exportedAt)) })}
          </span>
          {props.pick()}
        </>
      )}
      taskEvents={(task, before) =>
        Promise.resolve(events.filter((event) => event.stream === `task-${task}` && event.seq < before))
      }
      // What a task was asked for in full and what it said is not in the file: the way to it is its next event.
      onOpenTask={(task, player) => {
        peek.close()
        const own = events.filter((event) => event.stream === `task-${task}`)
        const next = own.find((event) => event.seq > player.seq()) ?? own[0]
        if (next !== undefined) player.goTo(next.seq)
      }}
    />
  )
}
