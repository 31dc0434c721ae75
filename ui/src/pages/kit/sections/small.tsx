import Pin from "lucide-solid/icons/pin"
import { For, Show, createSignal } from "solid-js"
import { Badge } from "#src/parts/badge.tsx"
import { Button } from "#src/parts/button.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { CommandCaps } from "#src/parts/kbd.tsx"
import { PaneBody } from "#src/parts/pane-body.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { Table } from "#src/parts/table.tsx"
import { Tooltip } from "#src/parts/tooltip.tsx"
import { ViewLinks } from "#src/parts/view-links.tsx"
import { startOperation } from "#src/shell/operations/operations.ts"
import { Specimen } from "#src/pages/kit/specimen.tsx"
import { sample } from "#src/pages/kit/text.ts"

/** Parts that mostly live inside others, each by itself. */
export function SmallParts() {
  return (
    <Specimen title={sample().sections.small}>
      <div data-slot="line">
        <For each={Object.values(SHAPES)}>{(shape) => <StateIcon shape={shape} size={14} />}</For>
      </div>
      <div data-slot="line">
        <code>{sample().copyText}</code>
        <CopyButton text={sample().copyText} label={sample().copyLabel} />
        <Tooltip text={sample().tooltip} keys="mod+k" trigger={{ "data-component": "button", "data-variant": "ghost" }}>
          <Pin size={14} aria-hidden="true" />
          {sample().pin}
        </Tooltip>
        <Button>
          {sample().dispatch}
          <CommandCaps keys="?" isSilent />
        </Button>
        <Badge>{sample().count}</Badge>
      </div>
      <ViewLinks label={sample().viewsLabel} links={sample().views} />
      <Table columns={[sample().members, sample().sections.states]} variant="stacking">
        <For each={sample().people}>
          {(person) => (
            <tr>
              <th scope="row">{person.name}</th>
              <td data-label={sample().sections.states}>{person.task}</td>
            </tr>
          )}
        </For>
      </Table>
    </Specimen>
  )
}

/** What the frame around the pages does for them: keeps failures in their pane, shows what runs. */
export function ShellParts() {
  const [isFailing, setFailing] = createSignal(true)
  const start = () =>
    startOperation({
      title: sample().operation,
      total: 12,
      run: (_, report) => {
        report({ done: 11 })
        return Promise.resolve({ failures: [sample().operationFailure] })
      },
    })
  return (
    <Specimen title={sample().sections.shell}>
      <div data-slot="box">
        <PaneBody title={sample().failingPane}>
          <Show when={isFailing()} fallback={<p data-slot="padded">{sample().live}</p>}>
            <Failing />
          </Show>
        </PaneBody>
      </div>
      <div data-slot="line">
        <Button onClick={() => setFailing(!isFailing())}>{sample().live}</Button>
        <Button onClick={start}>{sample().startOperation}</Button>
      </div>
    </Specimen>
  )
}

function Failing(): never {
  throw new Error(sample().failure)
}
