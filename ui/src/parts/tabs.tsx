import { Tabs as Kobalte } from "@kobalte/core/tabs"
import { For } from "solid-js"
import type { JSX } from "solid-js"
import "./tabs.css"

export interface Tab {
  readonly value: string
  readonly label: string
  readonly content: () => JSX.Element
}

export interface TabsProps {
  /** Names the list of tabs. */
  readonly label: string
  readonly tabs: ReadonlyArray<Tab>
  readonly value: string
  readonly onChange: (value: string) => void
}

/** Views of one thing, one at a time. Arrow keys move between the tabs. */
export function Tabs(props: TabsProps) {
  return (
    <Kobalte data-component="tabs" value={props.value} onChange={(value) => props.onChange(value)}>
      <Kobalte.List data-slot="list" aria-label={props.label}>
        <For each={props.tabs}>
          {(tab) => (
            <Kobalte.Trigger data-slot="tab" value={tab.value}>
              {tab.label}
            </Kobalte.Trigger>
          )}
        </For>
      </Kobalte.List>
      <For each={props.tabs}>
        {(tab) => (
          <Kobalte.Content data-slot="content" value={tab.value}>
            {tab.content()}
          </Kobalte.Content>
        )}
      </For>
    </Kobalte>
  )
}
