import { For, Show } from "solid-js"
import { Dynamic } from "solid-js/web"
import { tn } from "#src/i18n/index.ts"
import { Badge } from "#src/parts/badge.tsx"
import { destinations } from "#src/shell/destinations.ts"
import { RailLink } from "#src/shell/rail-link.tsx"

const noteOf = (count: number) => (count > 0 ? { short: String(count), long: tn("nav.waiting", count) } : undefined)

/** The places of the workspace. Drawn by their address, so that a count that changes moves nothing and loses no focus. */
export function RailPlaces(props: { readonly collapsed: boolean }) {
  return (
    <ul>
      <For each={destinations().map((place) => place.href)}>
        {(href) => (
          <Show when={destinations().find((place) => place.href === href)}>
            {(place) => (
              <RailLink
                href={href}
                end={place().end === true}
                label={place().label}
                icon={<Dynamic component={place().icon} size={16} aria-hidden="true" />}
                collapsed={props.collapsed}
                note={noteOf(place().count ?? 0)}
                aside={
                  (place().count ?? 0) > 0 ? (
                    <span data-slot="count" data-numbers aria-hidden="true">
                      <Badge tone="warning">{place().count}</Badge>
                    </span>
                  ) : undefined
                }
              />
            )}
          </Show>
        )}
      </For>
    </ul>
  )
}
