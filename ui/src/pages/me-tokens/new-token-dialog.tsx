import { API_TOKEN_DAYS_MAX } from "@muster/contracts"
import type { TeamDoc } from "@muster/contracts"
import { NAME_MAX_CHARS } from "@muster/domain"
import { Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { RadioGroup } from "#src/parts/radio-group.tsx"
import { Select } from "#src/parts/select.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { ALL_TEAMS, newTokenDraft, tokenRequest } from "#src/pages/me-tokens/token-draft.ts"
import type { TokenDraft, TokenVerdict } from "#src/pages/me-tokens/token-draft.ts"

export interface NewTokenDialogProps {
  readonly teams: ReadonlyArray<TeamDoc>
  readonly onClose: () => void
  readonly onCreated: () => void
}

type Errors = Extract<TokenVerdict, { readonly isOk: false }>["errors"]

/** Makes a token. It is in this dialog alone, and gone when the dialog closes. */
export function NewTokenDialog(props: NewTokenDialogProps) {
  const [draft, setDraft] = createSignal<TokenDraft>(newTokenDraft)
  const [errors, setErrors] = createSignal<Errors>({})
  const [token, setToken] = createSignal<string>()
  const change = (part: Partial<TokenDraft>) => {
    setDraft({ ...draft(), ...part })
    setErrors(Object.fromEntries(Object.entries(errors()).filter(([field]) => !(field in part))))
  }
  const create = createAction(async () => {
    const verdict = tokenRequest(draft())
    if (!verdict.isOk) {
      setErrors(verdict.errors)
      return
    }
    const made = await commands.createApiToken({ body: verdict.request })
    setToken(made.token)
    props.onCreated()
  })
  return (
    <Show
      when={token()}
      fallback={
        <Dialog
          open
          onOpenChange={(open) => !open && props.onClose()}
          title={t("tokens.form.title")}
          actions={
            <>
              <Button onClick={() => props.onClose()}>{t("common.cancel")}</Button>
              <Button variant="primary" busy={create.isBusy()} onClick={() => void create.run()}>
                {t("tokens.form.create")}
              </Button>
            </>
          }
        >
          <form
            data-component="token-form"
            novalidate
            onSubmit={(event) => {
              event.preventDefault()
              void create.run()
            }}
          >
            <TextField
              label={t("tokens.form.name")}
              hint={t("tokens.form.name-hint")}
              error={errors().name ?? create.failure()?.fields["/name"]}
              value={draft().name}
              maxLength={NAME_MAX_CHARS}
              autocomplete="off"
              required
              onInput={(name) => change({ name })}
            />
            <RadioGroup
              label={t("tokens.form.scope")}
              value={draft().scope}
              onChange={(scope) => change({ scope })}
              options={[
                { value: "read", label: t("tokens.scope.read"), hint: t("tokens.scope.read-hint") },
                { value: "operate", label: t("tokens.scope.operate"), hint: t("tokens.scope.operate-hint") },
              ]}
            />
            <Select
              label={t("tokens.form.team")}
              value={draft().team}
              options={[
                { value: ALL_TEAMS, label: t("tokens.all-teams") },
                ...props.teams.map(({ id, name }) => ({ value: id as string, label: name })),
              ]}
              onChange={(team) => change({ team })}
            />
            <TextField
              label={t("tokens.form.expires")}
              hint={t("tokens.form.expires-hint", { max: API_TOKEN_DAYS_MAX })}
              error={errors().days}
              value={draft().days}
              onInput={(days) => change({ days })}
            />
            <button type="submit" hidden />
            <Show when={create.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
          </form>
        </Dialog>
      }
    >
      {(made) => (
        <Dialog
          open
          onOpenChange={(open) => !open && props.onClose()}
          title={t("tokens.made.title")}
          detail={t("tokens.made.detail")}
          actions={
            <Button variant="primary" onClick={() => props.onClose()}>
              {t("tokens.made.done")}
            </Button>
          }
        >
          <CodeBlock label={t("tokens.made.label")} code={made()} />
        </Dialog>
      )}
    </Show>
  )
}
