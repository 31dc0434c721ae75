import { ClientProblem } from "@muster/client"
import type { NeedItem, Problem } from "@muster/contracts"
import { Match, Show, Switch } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { needs } from "#src/needs/state.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Markdown } from "#src/parts/markdown.tsx"
import { may } from "#src/session/may.ts"
import { AskedAction } from "#src/team/task/asked-action.tsx"
import { AnswerQuestion, DecideApproval } from "#src/team/task/requests.tsx"
import "#src/team/task/answering.css"

type About<T extends NeedItem["about"]["type"]> = Extract<NeedItem["about"], { readonly type: T }>
const aboutOf = <const T extends NeedItem["about"]["type"]>(item: NeedItem, type: T): About<T> | undefined =>
  item.about.type === type ? (item.about as About<T>) : undefined

const CONFLICT = 409
/** A refusal of one entry, as a request of its own would have been refused. */
const problemOf = ({ type, detail }: { readonly type: string; readonly detail: string }): Problem => ({
  type,
  title: detail,
  status: CONFLICT,
})

/** The list as it is after what was just done. */
const settled = (position: string): void => void needs.reload()?.(position)

/** What a person sees of a row when they open it, and what they can do about it in place. */
export function NeedDetail(props: { readonly item: NeedItem }) {
  const taskId = () => props.item.task?.id ?? ""
  return (
    <div data-slot="detail">
      <Switch fallback={<Deeds item={props.item} />}>
        <Match when={aboutOf(props.item, "question")}>
          {(question) => (
            <>
              <Markdown source={question().text} />
              <AnswerQuestion
                teamId={props.item.teamId}
                taskId={taskId()}
                question={{ id: question().questionId, choices: question().choices }}
                onSettled={settled}
              />
            </>
          )}
        </Match>
        <Match when={aboutOf(props.item, "approval")}>
          {(approval) => (
            <>
              <AskedAction action={approval().action} detail={approval().detail} />
              <DecideApproval
                teamId={props.item.teamId}
                taskId={taskId()}
                approval={{ ...approval(), id: approval().approvalId }}
                onSettled={settled}
              />
            </>
          )}
        </Match>
      </Switch>
    </div>
  )
}

/** What can be done about work that ended badly or stands still: one press each. */
function Deeds(props: { readonly item: NeedItem }) {
  const params = () => ({ team: props.item.teamId, task: props.item.task?.id ?? "" })
  const entries = () => {
    const { about } = props.item
    return { params: { team: props.item.teamId }, body: { entries: about.type === "dead-entry" ? [about.entry] : [] } }
  }
  const action = createAction(async (deed: "retry" | "redrive" | "discard" | "redrive-entry" | "discard-entry") => {
    settled(await carryOut(deed))
  })
  const carryOut = async (deed: Parameters<typeof action.run>[0]): Promise<string> => {
    switch (deed) {
      case "retry":
        return (await commands.retryTask({ params: params() })).position
      case "redrive":
        return (await commands.redriveTask({ params: params() })).position
      case "discard":
        return (await commands.discardTask({ params: params() })).position
      case "redrive-entry":
      case "discard-entry": {
        const settle = deed === "redrive-entry" ? commands.redriveDeadLetters : commands.discardDeadLetters
        const { verdicts, position } = await settle(entries())
        const [verdict] = verdicts
        if (verdict?.ok === false) throw new ClientProblem({ problem: problemOf(verdict), retryAfterMillis: undefined })
        return position
      }
      default:
        return deed satisfies never
    }
  }
  const message = () => {
    const { about } = props.item
    if (about.type === "failed" || about.type === "dead-task") return about.message
    return about.type === "dead-entry" || about.type === "blocked" ? about.reason : ""
  }
  const type = () => props.item.about.type
  return (
    <>
      <Show when={message().trim() !== ""}>
        <pre data-slot="message">{message()}</pre>
      </Show>
      <Show when={type() === "lost"}>
        <p data-slot="note">{t("needs.lost-detail")}</p>
      </Show>
      <div data-slot="choices">
        <Show when={(type() === "failed" || type() === "expired") && may("task.retry")}>
          <Button variant="primary" busy={action.isBusy()} onClick={() => void action.run("retry")}>
            {t("needs.retry")}
          </Button>
        </Show>
        <Show when={type() === "dead-task" && may("task.redrive")}>
          <Button variant="primary" busy={action.isBusy()} onClick={() => void action.run("redrive")}>
            {t("dead.redrive")}
          </Button>
          <Button busy={action.isBusy()} onClick={() => void action.run("discard")}>
            {t("dead.discard")}
          </Button>
        </Show>
        <Show when={type() === "dead-entry" && may("deadletter.settle")}>
          <Button variant="primary" busy={action.isBusy()} onClick={() => void action.run("redrive-entry")}>
            {t("dead.try-again")}
          </Button>
          <Button busy={action.isBusy()} onClick={() => void action.run("discard-entry")}>
            {t("dead.discard")}
          </Button>
        </Show>
      </div>
      <Show when={action.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </>
  )
}
