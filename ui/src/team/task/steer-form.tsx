import type { TaskDoc } from "@muster/contracts"
import { STEER_MAX_CHARS } from "@muster/domain"
import { Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { TextArea } from "#src/parts/text-field.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { taskLabel } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import type { Hearing } from "#src/team/task/task-actions.ts"
import "./answering.css"

/** Says something to the agent at work: for its next turn or, where it hears that, at once. */
export function SteerForm(props: { readonly task: TaskDoc; readonly hearing: Hearing }) {
  const source = useTeamSource()
  const [text, setText] = createSignal("")
  const action = createAction(async (isInterrupt: boolean) => {
    await commands.steerTask({
      params: { team: source.teamId, task: props.task.id },
      body: { text: text().trim(), isInterrupt },
    })
    setText("")
    showToast({ tone: "success", title: t("steer.done", { task: taskLabel(props.task.number) }) })
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (text().trim() !== "") void action.run(false)
  }
  return (
    <form data-slot="answer" onSubmit={submit}>
      <TextArea
        label={t("steer.label")}
        hint={t("steer.hint")}
        rows={2}
        value={text()}
        maxLength={STEER_MAX_CHARS}
        onInput={setText}
      />
      <div data-slot="choices">
        <Button type="submit" busy={action.isBusy()} disabled={text().trim() === ""}>
          {t("steer.next")}
        </Button>
        <Show when={props.hearing === "at-once"}>
          <Button busy={action.isBusy()} disabled={text().trim() === ""} onClick={() => void action.run(true)}>
            {t("steer.now")}
          </Button>
        </Show>
      </div>
      <Show when={action.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </form>
  )
}
