import { DropdownMenu } from "@kobalte/core/dropdown-menu"
import { For, Show } from "solid-js"
import type { JSX } from "solid-js"
import type { Icon } from "#src/parts/icon-button.tsx"
import { CommandCaps } from "#src/parts/kbd.tsx"
import type { TriggerAttributes } from "#src/parts/trigger.ts"
import "./menu.css"

export interface MenuItem {
  readonly label: string
  readonly icon?: Icon
  readonly keys?: string
  readonly disabled?: boolean
  /** Marks what destroys; it still asks before it does. */
  readonly danger?: boolean
  /** A line above this item. */
  readonly startsGroup?: boolean
  readonly run: () => void
}

export interface MenuProps {
  readonly items: ReadonlyArray<MenuItem>
  /** Attributes of the trigger, which is a button. It needs an `aria-label` where its content is an icon. */
  readonly trigger: TriggerAttributes
  /** Given when something beside the trigger opens it, a key for example. */
  readonly open?: boolean
  readonly onOpenChange?: (open: boolean) => void
  readonly children: JSX.Element
}

/** A button that opens a list of actions. */
export function Menu(props: MenuProps) {
  return (
    <DropdownMenu
      gutter={4}
      placement="bottom-end"
      modal={false}
      {...(props.onOpenChange === undefined ? {} : { open: props.open === true, onOpenChange: props.onOpenChange })}
    >
      <DropdownMenu.Trigger data-component="button" {...props.trigger}>
        {props.children}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content data-component="menu">
          <For each={props.items}>
            {(item) => (
              <>
                <Show when={item.startsGroup}>
                  <DropdownMenu.Separator data-slot="separator" />
                </Show>
                <DropdownMenu.Item
                  data-slot="item"
                  data-tone={item.danger === true ? "danger" : undefined}
                  disabled={item.disabled === true}
                  onSelect={() => item.run()}
                >
                  <Show when={item.icon}>
                    {(icon) => {
                      const Drawn = icon()
                      return <Drawn size={14} aria-hidden="true" />
                    }}
                  </Show>
                  <span>{item.label}</span>
                  <Show when={item.keys}>{(keys) => <CommandCaps keys={keys()} />}</Show>
                </DropdownMenu.Item>
              </>
            )}
          </For>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  )
}
