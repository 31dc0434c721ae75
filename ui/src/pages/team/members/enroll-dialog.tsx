import { Show, createSignal, onMount } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { clockTime, millisOf } from "#src/lib/time.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import type { AddedMember } from "#src/pages/team/members/member-dialog.tsx"
import "./member-dialog.css"

export interface EnrollDialogProps {
  readonly member: AddedMember
  readonly onOpenChange: (isOpen: boolean) => void
}

const AGENT_COMMAND = "node runtime-agent/src/main.ts --state-dir ./agent --bootstrap bootstrap.json"
const JSON_INDENT = 2

/** A one-time token for an agent that runs elsewhere. It is in this dialog alone and gone when the dialog closes. */
export function EnrollDialog(props: EnrollDialogProps) {
  const team = useLiveTeam()
  const [file, setFile] = createSignal<{ readonly text: string; readonly expiresAt: string }>()
  const mint = createAction(async () => {
    const params = { team: team.teamId, member: props.member.id }
    const { token, expiresAt, controlPlaneUrl } = await commands.enrollMember({ params })
    setFile({ text: JSON.stringify({ controlPlaneUrl, token }, undefined, JSON_INDENT), expiresAt })
  })
  onMount(() => void mint.run())
  return (
    <Dialog
      open
      onOpenChange={props.onOpenChange}
      title={t("enroll.title", { handle: props.member.handle })}
      detail={t("enroll.detail")}
      actions={
        <Button variant="primary" onClick={() => props.onOpenChange(false)}>
          {t("enroll.done")}
        </Button>
      }
    >
      <div data-component="enroll">
        <Show when={mint.failure()}>
          {(failure) => (
            <Banner tone="danger" action={<Button onClick={() => void mint.run()}>{t("common.retry")}</Button>}>
              {t("enroll.failed")}
              {": "}
              {failureText(failure())}
            </Banner>
          )}
        </Show>
        <Show when={file()} fallback={<Skeleton lines={4} />}>
          {(ready) => (
            <>
              <CodeBlock label={t("enroll.file")} code={ready().text} />
              <p>{t("enroll.expires", { time: clockTime(millisOf(ready().expiresAt)) })}</p>
              <CodeBlock label={t("enroll.command")} code={AGENT_COMMAND} />
            </>
          )}
        </Show>
      </div>
    </Dialog>
  )
}
