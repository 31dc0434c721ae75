import { NAME_MAX_CHARS } from "#src/limits.ts"
import { createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { TextField } from "#src/parts/text-field.tsx"

export interface NameFormProps {
  /** Why the name before was not taken. */
  readonly error: string | undefined
  readonly onName: (name: string) => void
}

/** Set-up asks one thing: what the first person is called. Chat and history show it from then on. */
export function NameForm(props: NameFormProps) {
  const [name, setName] = createSignal("")
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name().trim() !== "") props.onName(name().trim())
  }
  return (
    <>
      <h1>{t("signin.setup")}</h1>
      <p data-slot="detail">{t("signin.setup-detail")}</p>
      <form onSubmit={submit}>
        <TextField
          label={t("signin.name")}
          hint={t("signin.name-hint")}
          error={props.error}
          value={name()}
          maxLength={NAME_MAX_CHARS}
          autocomplete="name"
          inputRef={(element) => queueMicrotask(() => element.focus())}
          onInput={setName}
        />
        <Button type="submit" variant="primary" disabled={name().trim() === ""}>
          {t("signin.setup-submit")}
        </Button>
      </form>
    </>
  )
}
