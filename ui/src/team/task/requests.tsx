import type { TaskDoc } from "@muster/contracts"
import { ANSWER_MAX_CHARS, REASON_MAX_CHARS } from "@muster/domain"
import { For, Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { may } from "#src/session/may.ts"
import { useTeamSource } from "#src/team/source.ts"

/** The form below a question of an agent: its choices as buttons, and a text of one's own. */
export function AnswerForm(props: { readonly task: TaskDoc; readonly question: TaskDoc["questions"][number] }) {
  const source = useTeamSource()
  const [text, setText] = createSignal("")
  const action = createAction(async (answer: string) => {
    await commands.answerQuestion({
      params: { team: source.teamId, task: props.task.id, question: props.question.id },
      body: { answer },
    })
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (text().trim() !== "") void action.run(text().trim())
  }
  return (
    <Show when={may("task.answer")} fallback={<p data-slot="note">{t("panel.no-rights")}</p>}>
      <Show when={props.question.choices.length > 0}>
        <div data-slot="choices" role="group" aria-label={t("panel.answer-choices")}>
          <For each={props.question.choices}>
            {(choice) => (
              <Button busy={action.isBusy()} onClick={() => void action.run(choice)}>
                {choice}
              </Button>
            )}
          </For>
        </div>
      </Show>
      <form data-slot="answer" onSubmit={submit}>
        <TextArea
          label={props.question.choices.length > 0 ? t("panel.answer-other") : t("panel.answer-label")}
          rows={2}
          value={text()}
          maxLength={ANSWER_MAX_CHARS}
          onInput={setText}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void action.run(text().trim())
          }}
        />
        <Button type="submit" variant="primary" busy={action.isBusy()} disabled={text().trim() === ""}>
          {t("panel.answer-send")}
        </Button>
      </form>
      <Show when={action.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </Show>
  )
}

/** The form below an action that an agent asks leave for. */
export function ApprovalForm(props: { readonly task: TaskDoc; readonly approval: TaskDoc["approvals"][number] }) {
  const source = useTeamSource()
  const [comment, setComment] = createSignal("")
  const action = createAction(async (isApproved: boolean) => {
    await commands.decideApproval({
      params: { team: source.teamId, task: props.task.id, approval: props.approval.id },
      body: { isApproved, comment: comment().trim() },
    })
  })
  return (
    <Show when={may("task.approve")} fallback={<p data-slot="note">{t("panel.no-rights")}</p>}>
      <TextField
        label={t("panel.comment")}
        hint={t("common.optional")}
        value={comment()}
        maxLength={REASON_MAX_CHARS}
        onInput={setComment}
      />
      <div data-slot="choices">
        <Button variant="primary" busy={action.isBusy()} onClick={() => void action.run(true)}>
          {t("panel.approve")}
        </Button>
        <Button busy={action.isBusy()} onClick={() => void action.run(false)}>
          {t("panel.deny")}
        </Button>
      </div>
      <Show when={action.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </Show>
  )
}
