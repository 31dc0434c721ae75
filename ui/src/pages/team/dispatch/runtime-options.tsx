import type { MemberDoc } from "@muster/contracts"
import { Match, Switch } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import type { DispatchDraft, DraftErrors } from "#src/pages/team/dispatch/draft.ts"

export interface OptionsProps {
  readonly draft: DispatchDraft
  readonly errors: DraftErrors
  readonly onChange: (part: Partial<DispatchDraft>) => void
}

/** What the runtime of the target needs to know: a program, or how long to play. */
export function RuntimeOptions(props: OptionsProps & { readonly target: MemberDoc | undefined }) {
  const argvHint = () => {
    const argv = props.target?.runtimeOptions.command?.argv
    const hint = t("dispatch.argv-hint")
    return argv === undefined ? hint : `${hint} ${t("dispatch.argv-default", { command: argv.join(" ") })}`
  }
  return (
    <Switch>
      <Match when={props.target?.runtime === "command"}>
        <TextArea
          label={t("dispatch.argv")}
          hint={argvHint()}
          error={props.errors.argv}
          rows={3}
          value={props.draft.argv}
          onInput={(argv) => props.onChange({ argv })}
        />
      </Match>
      <Match when={props.target?.runtime === "simulated"}>
        <TextField
          label={t("dispatch.duration")}
          hint={t("common.optional")}
          error={props.errors.durationSeconds}
          value={props.draft.durationSeconds}
          onInput={(durationSeconds) => props.onChange({ durationSeconds })}
        />
      </Match>
    </Switch>
  )
}
