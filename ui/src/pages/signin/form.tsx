import { Show, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { SIGN_IN_LINK_MAX_CHARS } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { codeInText } from "#src/session/code-from-address.ts"
import type { ArrivingCode } from "#src/session/code-from-address.ts"
import { SignInMessage } from "#src/pages/signin/message.tsx"

export interface SignInFormProps {
  /** The code before was not taken. */
  readonly isRefused: boolean
  /** Within a dialog that has its heading already. */
  readonly isInDialog?: boolean
  readonly onCode: (code: ArrivingCode) => void
}

/** How to get a link, and a field for whoever has one in another window. */
export function SignInForm(props: SignInFormProps) {
  const [text, setText] = createSignal("")
  const [error, setError] = createSignal<string>()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const code = codeInText(text())
    if (code === undefined) setError(t("signin.no-code"))
    else props.onCode(code)
  }
  return (
    <>
      <Show
        when={props.isRefused}
        fallback={
          <>
            <Show when={props.isInDialog !== true}>
              <h1>{t("signin.start")}</h1>
            </Show>
            <p data-slot="detail">{t("signin.start-detail")}</p>
          </>
        }
      >
        <SignInMessage
          kind="failed"
          level={props.isInDialog === true ? "h3" : "h1"}
          title={t("signin.refused")}
          detail={t("signin.refused-detail")}
        />
        <p data-slot="detail">{t("signin.new-link")}</p>
      </Show>
      <div data-slot="command">
        <code>{t("signin.command")}</code>
        <CopyButton text={t("signin.command")} label={t("signin.copy-command")} />
      </div>
      <form onSubmit={submit}>
        <TextField
          label={t("signin.code")}
          hint={t("signin.code-hint")}
          error={error()}
          value={text()}
          maxLength={SIGN_IN_LINK_MAX_CHARS}
          autocomplete="off"
          onInput={(value) => {
            setText(value)
            setError(undefined)
          }}
        />
        <Button type="submit" variant="primary" disabled={text().trim() === ""}>
          {t("signin.submit")}
        </Button>
      </form>
    </>
  )
}
