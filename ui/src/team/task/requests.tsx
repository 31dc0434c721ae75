import type { TaskDoc } from "@muster/contracts"
import { ANSWER_MAX_CHARS, REASON_MAX_CHARS, approvalHash } from "@muster/domain"
import { For, Show, createMemo, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { HASH_SHOWN_CHARS } from "#src/limits.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { may } from "#src/session/may.ts"
import { useTeamSource } from "#src/team/source.ts"
import "./answering.css"

type Question = TaskDoc["questions"][number]
type Approval = TaskDoc["approvals"][number]

/** Where a request stands. */
interface RequestProps {
  readonly teamId: string
  readonly taskId: string
  /** The server has taken it; `position` is from where on reads show it. */
  readonly onSettled?: (position: string) => void
}

/** The form below a question of an agent, in the panel of its task. */
export function AnswerForm(props: { readonly task: TaskDoc; readonly question: Question }) {
  const source = useTeamSource()
  return <AnswerQuestion teamId={source.teamId} taskId={props.task.id} question={props.question} />
}

/** The form below an action that an agent asks leave for, in the panel of its task. */
export function ApprovalForm(props: { readonly task: TaskDoc; readonly approval: Approval }) {
  const source = useTeamSource()
  return <DecideApproval teamId={source.teamId} taskId={props.task.id} approval={props.approval} />
}

/** The choices of a question as buttons, and a text of one's own. */
export function AnswerQuestion(props: RequestProps & { readonly question: Pick<Question, "id" | "choices"> }) {
  const [text, setText] = createSignal("")
  const action = createAction(async (answer: string) => {
    const { position } = await commands.answerQuestion({
      params: { team: props.teamId, task: props.taskId, question: props.question.id },
      body: { answer },
    })
    props.onSettled?.(position)
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

/** Leave for an action, or none. The decision is on what is shown here: it carries the hash of that, and another one is refused. */
export function DecideApproval(
  props: RequestProps & { readonly approval: Pick<Approval, "id" | "action" | "detail"> },
) {
  const [comment, setComment] = createSignal("")
  const shown = createMemo(() => approvalHash(props.approval))
  const action = createAction(async (isApproved: boolean) => {
    const { position } = await commands.decideApproval({
      params: { team: props.teamId, task: props.taskId, approval: props.approval.id },
      body: { isApproved, hash: shown(), comment: comment().trim() },
    })
    props.onSettled?.(position)
  })
  return (
    <Show when={may("task.approve")} fallback={<p data-slot="note">{t("panel.no-rights")}</p>}>
      <p data-slot="note">
        {t("needs.hash")} <code title={shown()}>{shown().slice(0, HASH_SHOWN_CHARS)}</code>
      </p>
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
