import { For, Show, createSignal, lazy } from "solid-js"
import { Avatar } from "#src/parts/avatar.tsx"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { Slider } from "#src/parts/slider.tsx"
import { SplitPanes } from "#src/parts/split-panes.tsx"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { Tabs } from "#src/parts/tabs.tsx"
import { VirtualList } from "#src/parts/virtual-list.tsx"
import { Specimen } from "#src/pages/kit/specimen.tsx"
import { codeLines, sample } from "#src/pages/kit/text.ts"

const Markdown = lazy(async () => ({ default: (await import("#src/parts/markdown.tsx")).Markdown }))

export function Panes() {
  const opened = Date.now()
  return (
    <Specimen title={sample().sections.panes} wide>
      <div data-slot="box" data-tall="true">
        <SplitPanes
          name="kit"
          label={sample().split}
          initial={62}
          first={
            <Pane title={sample().chat} meta={sample().chatMeta}>
              <div data-slot="padded">
                <Markdown source={sample().markdown} />
              </div>
            </Pane>
          }
          second={
            <Pane title={sample().members} meta={sample().people.length}>
              <For each={sample().people}>
                {(person) => (
                  <div data-slot="member">
                    <Avatar name={person.name} presence={person.presence} />
                    <div data-slot="what">
                      <div data-slot="who">
                        <strong>{person.name}</strong>
                        <span data-slot="role">{person.role}</span>
                        <StateBadge state={person.state} />
                        <RelativeTime at={opened - person.age} />
                      </div>
                      <p>{person.task}</p>
                      <Show when={person.state === "running"}>
                        <Progress label={person.task} percent={62} />
                      </Show>
                    </div>
                  </div>
                )}
              </For>
            </Pane>
          }
        />
      </div>
    </Specimen>
  )
}

const range = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from }, (_, index) => from + index)

export function Lists() {
  const [rows, setRows] = createSignal<ReadonlyArray<number>>(range(40_000, 50_000))
  const append = () => setRows((all) => [...all, ...range((all.at(-1) ?? 0) + 1, (all.at(-1) ?? 0) + 101)])
  const prepend = () => setRows((all) => [...range((all[0] ?? 0) - 100, all[0] ?? 0), ...all])
  return (
    <Specimen title={sample().sections.lists}>
      <div data-slot="box">
        <VirtualList label={sample().log} rows={rows()} keyOf={String} rowHeight={28} anchor="end" role="log">
          {(position) => (
            <div data-slot="event">
              <span data-slot="position">{position}</span>
              <span>{sample().progress}</span>
            </div>
          )}
        </VirtualList>
      </div>
      <div data-slot="line">
        <Button onClick={append}>{sample().addRows}</Button>
        <Button onClick={prepend}>{sample().addOlder}</Button>
      </div>
    </Specimen>
  )
}

export function Texts() {
  const [tab, setTab] = createSignal(sample().tabNames[0] ?? "")
  const [position, setPosition] = createSignal(47_880)
  return (
    <>
      <Specimen title={sample().sections.text}>
        <div data-slot="box" data-tall="true" data-scroll="true">
          <CodeBlock code={codeLines(52)} label={sample().code} />
        </div>
      </Specimen>
      <Specimen title={sample().sections.tabs}>
        <Tabs
          label={sample().tabs}
          value={tab()}
          onChange={setTab}
          tabs={sample().tabNames.map((name) => ({
            value: name,
            label: name,
            content: () => <div data-slot="padded">{name}</div>,
          }))}
        />
        <Slider
          label={sample().replay}
          min={47_100}
          max={48_213}
          value={position()}
          valueText={`${sample().replay} ${position()}`}
          onInput={setPosition}
        />
      </Specimen>
      <Specimen title={sample().sections.type}>
        <For each={Object.entries(sample().types)}>{([kind, words]) => <p data-type={kind}>{words}</p>}</For>
      </Specimen>
    </>
  )
}
