import type { TaskDoc } from "@muster/contracts"
import { CHAT_MAX_CHARS } from "@muster/domain"
import { Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { TextArea } from "#src/parts/text-field.tsx"
import { may } from "#src/session/may.ts"
import { mentionedMembers } from "#src/team/chat/mentions.ts"
import { roster } from "#src/team/members/work.ts"
import { useTeamSource } from "#src/team/source.ts"
import "./answering.css"

/** Says something in the team's chat, at this task. Who is mentioned answers. */
export function ThreadForm(props: { readonly task: TaskDoc }) {
  const source = useTeamSource()
  const [text, setText] = createSignal("")
  const post = createAction(async () => {
    const said = text().trim()
    const mentions = mentionedMembers(said, roster(source.raw())).map((member) => member.id)
    await commands.postChat({ params: { team: source.teamId }, body: { text: said, mentions, taskId: props.task.id } })
    setText("")
  })
  const submit = (event?: SubmitEvent) => {
    event?.preventDefault()
    if (text().trim() !== "") void post.run()
  }
  return (
    <Show when={may("chat.post") && source.view.team?.isArchived !== true}>
      <form data-slot="answer" onSubmit={submit}>
        <TextArea
          label={t("chat.thread-say")}
          rows={2}
          value={text()}
          maxLength={CHAT_MAX_CHARS}
          onInput={setText}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit()
          }}
        />
        <Button type="submit" busy={post.isBusy()} disabled={text().trim() === ""}>
          {t("chat.thread-send")}
        </Button>
      </form>
      <Show when={post.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </Show>
  )
}
