import type { AttachmentRef, MemberDoc, TeamView } from "@muster/contracts"
import { turnTitle } from "@muster/domain"
import { commands } from "#src/api/commands.ts"
import { t } from "#src/i18n/index.ts"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { roster, workOfMembers } from "#src/team/members/work.ts"
import { taskLabel } from "#src/team/names.ts"
import type { Given, SlashFault } from "#src/team/chat/slash/parse.ts"
import { SLASH_COMMANDS } from "#src/team/chat/slash/words.ts"

/** What a command says to the one who gave it, and to nobody else. */
export interface Note {
  readonly tone: "info" | "danger"
  readonly title: string
  readonly lines: ReadonlyArray<{ readonly term: string; readonly text: string }>
}

export interface SlashDeps {
  readonly teamId: string
  readonly view: TeamView
  /** Files beside the message. */
  readonly attachments: ReadonlyArray<AttachmentRef>
  /** Opens the dispatch panel, for a member if one is named. */
  readonly openDispatch: (memberId: string | undefined) => void
  /** A task was accepted. */
  readonly onDispatched: (taskId: string) => void
}

/** What a command came to. `say`: its text is to be said in the chat, where the server reads it. */
export type Ran = { readonly kind: "say" } | { readonly kind: "done"; readonly note?: Note }

const DONE: Ran = { kind: "done" }

/** Carries out what was read. Rejects with what the server refused. */
export async function runSlash(given: Given, deps: SlashDeps): Promise<Ran> {
  switch (given.name) {
    case "new":
    case "stop":
      return { kind: "say" }
    case "help":
      return { kind: "done", note: helpNote() }
    case "who":
      return { kind: "done", note: whoNote(deps.view) }
    case "dispatch":
      return dispatchIt(given, deps)
    default:
      await runAt(given, deps)
      return DONE
  }
}

async function dispatchIt({ words, members }: Given, deps: SlashDeps): Promise<Ran> {
  const [member] = members
  if (words === "") {
    deps.openDispatch(member?.id)
    return DONE
  }
  const { id } = await commands.dispatchTask({
    params: { team: deps.teamId },
    body: {
      title: turnTitle(words),
      instructions: words,
      ...(member === undefined ? {} : { memberId: member.id }),
      ...(deps.attachments.length === 0 ? {} : { attachments: deps.attachments }),
    },
  })
  deps.onDispatched(id)
  return DONE
}

const toast = (title: string): void => showToast({ tone: "success", title })

async function runAt({ name, words, members, task }: Given, { teamId }: SlashDeps): Promise<void> {
  if (task === undefined) {
    for (const member of members) await changeMember(name, member, teamId, words)
    return
  }
  const params = { team: teamId, task: task.id }
  const label = taskLabel(task.number)
  switch (name) {
    case "steer":
    case "interrupt":
      await commands.steerTask({ params, body: { text: words, isInterrupt: name === "interrupt" } })
      return toast(t("steer.done", { task: label }))
    case "cancel":
      await commands.cancelTask({ params, body: words === "" ? {} : { reason: words } })
      return toast(t("action.done.cancel", { task: label }))
    case "retry":
      if (task.phase === "dead-lettered") await commands.redriveTask({ params, body: {} })
      else await commands.retryTask({ params, body: {} })
      return toast(t("action.done.retry", { task: label }))
    case "pause":
      await commands.pauseTask({ params })
      return toast(t("action.done.pause", { task: label }))
    case "resume":
      await commands.resumeTask({ params })
      return toast(t("action.done.resume", { task: label }))
    default:
      throw new TypeError(`/${name} takes no task`)
  }
}

async function changeMember(name: Given["name"], member: MemberDoc, teamId: string, reason: string): Promise<void> {
  const params = { team: teamId, member: member.id }
  const { handle } = member
  if (name === "pause") {
    await commands.pauseMember({ params, body: { reason } })
    return toast(t("member.paused-now", { handle }))
  }
  await commands.resumeMember({ params })
  toast(t("member.resumed-now", { handle }))
}

const helpNote = (): Note => ({
  tone: "info",
  title: t("slash.help-title"),
  lines: SLASH_COMMANDS.filter((command) => !("action" in command) || may(command.action)).map(({ usage, what }) => ({
    term: t(usage),
    text: t(what),
  })),
})

function whoNote(view: TeamView): Note {
  const work = workOfMembers(view)
  return {
    tone: "info",
    title: t("slash.who-title"),
    lines: roster(view).map((member) => {
      const { word = "idle", held = [] } = work.get(member.id) ?? {}
      const presence = t(member.presence === "online" ? "presence.online" : "presence.offline")
      const doing = held.map(({ number, title }) => `${taskLabel(number)} ${title}`).join(", ")
      const facts = [presence, t(`member.work.${word}`), ...(doing === "" ? [] : [doing])]
      return { term: t("member.label", { handle: member.handle }), text: facts.join(" · ") }
    }),
  }
}

/** What is wrong with a command, and how it is written. */
export function faultNote(fault: SlashFault): Note {
  const of = (title: string): Note => ({ tone: "danger", title, lines: [] })
  switch (fault.kind) {
    case "unknown":
      return of(t("slash.unknown", { name: fault.name }))
    case "no-such-task":
      return of(t("slash.no-such-task", { task: fault.label }))
    case "no-such-member":
      return of(t("slash.no-such-member", { handle: fault.handle }))
    case "forbidden":
      return of(t("slash.forbidden", { name: fault.name }))
    default: {
      const command = SLASH_COMMANDS.find(({ name }) => name === fault.name)
      const usage = command === undefined ? "" : t(command.usage)
      return of(t(`slash.${fault.kind}`, { usage }))
    }
  }
}
