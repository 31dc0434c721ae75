import type { MemberDoc } from "@muster/contracts"
import Ellipsis from "lucide-solid/icons/ellipsis"
import Plus from "lucide-solid/icons/plus"
import { Match, Show, Switch, createSignal } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Menu } from "#src/parts/menu.tsx"
import type { MenuItem } from "#src/parts/menu.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import type { MemberCardProps } from "#src/team/members/member-card.tsx"
import { MembersPane } from "#src/team/members/members-pane.tsx"
import { useDispatch } from "#src/pages/team/dispatch/context.ts"
import { EnrollDialog } from "#src/pages/team/members/enroll-dialog.tsx"
import { MemberDialog } from "#src/pages/team/members/member-dialog.tsx"
import type { AddedMember } from "#src/pages/team/members/member-dialog.tsx"

export interface LiveMembersPaneProps {
  readonly onOpenTask: (id: string) => void
  readonly onMention: (handle: string) => void
  readonly onTalk: (memberId: string) => void
  /** On each member's card. */
  readonly cardActions?: MemberCardProps["actions"]
}

/** A dialog about a member; the member stays known while the dialog closes. */
type Asked =
  | { readonly kind: "add" }
  | { readonly kind: "edit" | "pause" | "drain" | "remove"; readonly member: MemberDoc }
  | { readonly kind: "enroll"; readonly member: AddedMember }

/** The roster with everything that can be done with its members. */
export function LiveMembersPane(props: LiveMembersPaneProps) {
  const team = useLiveTeam()
  const dispatch = useDispatch()
  const [asked, setAsked] = createSignal<Asked>()
  const isOpenTeam = () => team.view.team?.isArchived === false
  const mayAdd = () => may("member.add") && isOpenTeam()
  const add = () => setAsked({ kind: "add" })
  const close = (isOpen: boolean) => {
    if (!isOpen) setAsked(undefined)
  }

  useCommands(() =>
    mayAdd() ? [{ id: "team.add-member", ...titled("command.add-member"), group: "act", keys: "m", run: add }] : [],
  )

  const resume = async ({ id, handle }: MemberDoc) => {
    try {
      await commands.resumeMember({ params: { team: team.teamId, member: id } })
      showToast({ tone: "success", title: t("member.resumed-now", { handle }) })
    } catch (error) {
      showToast({ tone: "danger", title: t("member.refused", { handle }), detail: failureText(failureOf(error)) })
    }
  }
  const pause = async (member: MemberDoc | undefined, reason: string) => {
    if (member === undefined) return
    await commands.pauseMember({ params: { team: team.teamId, member: member.id }, body: { reason } })
    showToast({ tone: "success", title: t("member.paused-now", { handle: member.handle }) })
  }
  const drain = async (member: MemberDoc | undefined, reason: string) => {
    if (member === undefined) return
    await commands.drainMember({ params: { team: team.teamId, member: member.id }, body: { reason } })
    showToast({ tone: "success", title: t("member.draining-now", { handle: member.handle }) })
  }
  const remove = async (member: MemberDoc | undefined, reason: string) => {
    if (member === undefined) return
    await commands.removeMember({ params: { team: team.teamId, member: member.id }, body: { reason } })
    showToast({ tone: "success", title: t("remove.done", { handle: member.handle }) })
  }
  const items = (member: MemberDoc): ReadonlyArray<MenuItem> => {
    const work: ReadonlyArray<MenuItem> = [
      ...(may("task.dispatch") ? [{ label: t("member.dispatch"), run: () => dispatch.open(member.id) }] : []),
      ...(may("chat.post") ? [{ label: t("member.mention"), run: () => props.onMention(member.handle) }] : []),
      ...(may("chat.post") ? [{ label: t("member.talk"), run: () => props.onTalk(member.id) }] : []),
    ]
    const change: ReadonlyArray<MenuItem> = [
      ...(may("member.pause")
        ? [
            member.isPaused || member.isDraining
              ? { label: t("member.resume"), run: () => void resume(member) }
              : { label: t("member.pause"), run: () => setAsked({ kind: "pause", member }) },
          ]
        : []),
      ...(may("member.drain") && !member.isDraining
        ? [{ label: t("member.drain"), run: () => setAsked({ kind: "drain", member }) }]
        : []),
      ...(may("member.edit") ? [{ label: t("member.edit"), run: () => setAsked({ kind: "edit", member }) }] : []),
      ...(may("member.enroll") && member.placement === "manual"
        ? [{ label: t("member.enroll"), run: () => setAsked({ kind: "enroll", member }) }]
        : []),
    ]
    const end: ReadonlyArray<MenuItem> = may("member.remove")
      ? [{ label: t("member.remove"), danger: true, run: () => setAsked({ kind: "remove", member }) }]
      : []
    return [work, change, end].flatMap((group) =>
      group.map((item, index) => (index === 0 && group !== work ? { ...item, startsGroup: true } : item)),
    )
  }
  const MemberMenu = (menu: { readonly member: MemberDoc }) => (
    <Show when={isOpenTeam() && items(menu.member).length > 0}>
      <Menu
        items={items(menu.member)}
        trigger={{
          "data-component": "icon-button",
          "aria-label": t("member.actions", { handle: menu.member.handle }),
        }}
      >
        <Ellipsis size={16} aria-hidden="true" />
      </Menu>
    </Show>
  )
  const about = (kind: "edit" | "pause" | "drain" | "remove"): MemberDoc | undefined => {
    const now = asked()
    return now?.kind === kind ? now.member : undefined
  }
  const enrolled = (): AddedMember | undefined => {
    const now = asked()
    return now?.kind === "enroll" ? now.member : undefined
  }

  return (
    <>
      <MembersPane
        onOpenTask={props.onOpenTask}
        memberActions={MemberMenu}
        cardActions={props.cardActions}
        actions={
          <Show when={mayAdd()}>
            <IconButton icon={Plus} label={t("members.add")} keys="m" placement="bottom" onClick={add} />
          </Show>
        }
        emptyAction={
          <Show when={mayAdd()}>
            <Button variant="primary" onClick={add}>
              {t("members.add")}
            </Button>
          </Show>
        }
      />
      <Switch>
        <Match when={asked()?.kind === "add"}>
          <MemberDialog
            onOpenChange={close}
            onAdded={(member) =>
              member.placement === "manual" ? setAsked({ kind: "enroll", member }) : setAsked(undefined)
            }
          />
        </Match>
        <Match when={about("edit")} keyed>
          {(member) => <MemberDialog member={member} onOpenChange={close} />}
        </Match>
        <Match when={enrolled()} keyed>
          {(member) => <EnrollDialog member={member} onOpenChange={close} />}
        </Match>
      </Switch>
      <ConfirmWithReason
        open={about("pause") !== undefined}
        onOpenChange={close}
        title={t("pause-member.title", { handle: about("pause")?.handle ?? "" })}
        detail={t("pause-member.detail")}
        submit={t("pause-member.submit")}
        onConfirm={(reason) => pause(about("pause"), reason)}
      />
      <ConfirmWithReason
        open={about("drain") !== undefined}
        onOpenChange={close}
        title={t("drain-member.title", { handle: about("drain")?.handle ?? "" })}
        detail={t("drain-member.detail")}
        submit={t("drain-member.submit")}
        onConfirm={(reason) => drain(about("drain"), reason)}
      />
      <ConfirmWithReason
        open={about("remove") !== undefined}
        onOpenChange={close}
        title={t("remove.title", { handle: about("remove")?.handle ?? "" })}
        detail={t("remove.detail")}
        submit={t("remove.submit")}
        onConfirm={(reason) => remove(about("remove"), reason)}
      />
    </>
  )
}
