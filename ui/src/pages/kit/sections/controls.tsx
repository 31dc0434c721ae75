import Ellipsis from "lucide-solid/icons/ellipsis"
import Pin from "lucide-solid/icons/pin"
import Trash from "lucide-solid/icons/trash"
import { createSignal } from "solid-js"
import { Button } from "#src/parts/button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { Menu } from "#src/parts/menu.tsx"
import { RadioGroup } from "#src/parts/radio-group.tsx"
import { Select } from "#src/parts/select.tsx"
import { Switch } from "#src/parts/switch.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { Specimen } from "#src/pages/kit/specimen.tsx"
import { sample } from "#src/pages/kit/text.ts"
import type { Sample } from "#src/pages/kit/text.ts"

const nothing = () => undefined

export function Buttons() {
  return (
    <Specimen title={sample().sections.buttons}>
      <div data-slot="line">
        <Button variant="primary">
          {sample().dispatch}
          <KeyCaps keys="d" />
        </Button>
        <Button>{sample().save}</Button>
        <Button variant="ghost">{sample().save}</Button>
        <Button variant="danger">{sample().remove}</Button>
      </div>
      <div data-slot="line">
        <Button variant="primary" busy>
          {sample().saving}
        </Button>
        <Button busy>{sample().saving}</Button>
        <Button disabled>{sample().off}</Button>
        <IconButton icon={Pin} label={sample().pin} />
        <Menu
          trigger={{ "aria-label": sample().more, "data-component": "icon-button" }}
          items={[
            { label: sample().pin, icon: Pin, keys: "p", run: nothing },
            { label: sample().off, disabled: true, run: nothing },
            { label: sample().remove, icon: Trash, danger: true, startsGroup: true, run: nothing },
          ]}
        >
          <Ellipsis size={16} aria-hidden="true" />
        </Menu>
      </div>
      <div data-slot="line">
        <KeyCaps keys="mod+k" />
        <KeyCaps keys="g t" />
        <KeyCaps keys="shift+l" />
        <KeyCaps keys="?" />
      </div>
    </Specimen>
  )
}

export function Fields() {
  const [name, setName] = createSignal("Release crew")
  const [brief, setBrief] = createSignal("")
  return (
    <Specimen title={sample().sections.fields}>
      <TextField label={sample().name} hint={sample().nameHint} value={name()} onInput={setName} required />
      <TextField label={sample().name} error={sample().nameError} value={name()} onInput={setName} />
      <TextField label={sample().locked} value={name()} onInput={setName} disabled />
      <TextArea
        label={sample().brief}
        hint={sample().briefHint}
        placeholder={sample().placeholder}
        value={brief()}
        onInput={setBrief}
      />
    </Specimen>
  )
}

type Priority = keyof Sample["priorities"]
type Busy = keyof Sample["busyOptions"]

const PRIORITIES: ReadonlyArray<Priority> = ["low", "normal", "high"]
const BUSY: ReadonlyArray<Busy> = ["queue", "interrupt"]

export function Choices() {
  const [priority, setPriority] = createSignal<Priority>("normal")
  const [busy, setBusy] = createSignal<Busy>("queue")
  const [sound, setSound] = createSignal(true)
  return (
    <Specimen title={sample().sections.choices}>
      <Select
        label={sample().priority}
        options={PRIORITIES.map((value) => ({ value, label: sample().priorities[value] }))}
        value={priority()}
        onChange={setPriority}
      />
      <RadioGroup
        label={sample().busy}
        options={BUSY.map((value) => ({ value, ...sample().busyOptions[value] }))}
        value={busy()}
        onChange={setBusy}
      />
      <Switch label={sample().sound} hint={sample().soundHint} checked={sound()} onChange={setSound} />
      <Switch label={sample().locked} checked={false} onChange={setSound} disabled />
    </Specimen>
  )
}
