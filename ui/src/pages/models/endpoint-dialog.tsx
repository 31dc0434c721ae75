import type { MemberDoc, ModelEndpointDoc } from "@muster/contracts"
import { MODEL_BASE_URL_MAX_CHARS, MODEL_KEY_MAX_CHARS, MODEL_MAX_CHARS } from "@muster/domain"
import { Show, createEffect, createResource, createSignal, on } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { Select } from "#src/parts/select.tsx"
import { Switch } from "#src/parts/switch.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { commandsAt } from "#src/pages/models/at-place.ts"
import type { Place } from "#src/pages/models/at-place.ts"
import { whoOf } from "#src/pages/models/settings.ts"
import type { Settings } from "#src/pages/models/settings.ts"

/** What is to be set: something that is there, the organisation's for the first time, or somebody's own. */
export type Asked =
  | { readonly kind: "organisation"; readonly endpoint?: ModelEndpointDoc }
  | { readonly kind: "edit"; readonly endpoint: ModelEndpointDoc }
  | { readonly kind: "differ" }

export interface EndpointDialogProps {
  readonly asked: Asked | undefined
  readonly settings: Settings
  readonly onClose: () => void
  readonly onSaved: (who: string) => void
}

/** A choice without a value would show as none. */
const NO_TEAM = "none"
const WHOLE_TEAM = "all"

/** Whom it is for, where the model is, its key and its name. */
export function EndpointDialog(props: EndpointDialogProps) {
  const [team, setTeam] = createSignal(NO_TEAM)
  const [member, setMember] = createSignal(WHOLE_TEAM)
  const [baseUrl, setBaseUrl] = createSignal("")
  const [model, setModel] = createSignal("")
  const [key, setKey] = createSignal("")
  const [isKeyless, setKeyless] = createSignal(false)

  const before = () => {
    const { asked } = props
    return asked === undefined || asked.kind === "differ" ? undefined : asked.endpoint
  }
  const [members] = createResource(
    () => (props.asked?.kind === "differ" && team() !== NO_TEAM ? team() : undefined),
    async (id): Promise<ReadonlyArray<MemberDoc>> => {
      try {
        return (await reads.readTeam({ params: { team: id } })).members.filter(({ isRemoved }) => !isRemoved)
      } catch (error) {
        // Then the whole team can be chosen alone; saving says what is wrong.
        failureOf(error)
        return []
      }
    },
  )
  const place = (): Place => {
    const { asked } = props
    if (asked?.kind === "differ") return { teamId: team(), memberId: member() === WHOLE_TEAM ? null : member() }
    return { teamId: before()?.teamId ?? null, memberId: before()?.memberId ?? null }
  }
  const who = () =>
    whoOf(place(), { teams: props.settings.teams, members: [...props.settings.members, ...(members.latest ?? [])] })
  const save = createAction(async () => {
    const said = isKeyless() ? { key: null } : key() === "" ? {} : { key: key() }
    const url = baseUrl().trim()
    await commandsAt(place()).set({ baseUrl: url === "" ? null : url, model: model().trim(), ...said })
    setKey("")
    props.onSaved(who())
  })
  createEffect(
    on(
      () => props.asked,
      (asked) => {
        if (asked === undefined) return
        setTeam(NO_TEAM)
        setMember(WHOLE_TEAM)
        setBaseUrl(before()?.baseUrl ?? "")
        setModel(before()?.model ?? "")
        setKey("")
        setKeyless(false)
        save.clear()
      },
    ),
  )
  const isDiffering = () => props.asked?.kind === "differ" || (before()?.teamId ?? null) !== null
  const isReady = () =>
    model().trim() !== "" &&
    (isDiffering() || baseUrl().trim() !== "") &&
    (props.asked?.kind !== "differ" || team() !== NO_TEAM)
  const title = () => {
    if (props.asked?.kind === "differ") return t("models.dialog-differ")
    return isDiffering() ? t("models.dialog-edit", { who: who() }) : t("models.dialog-organisation")
  }
  const keyHint = () => {
    const last4 = before()?.key?.last4
    return last4 === undefined ? t("models.new-key-hint") : t("models.new-key-kept", { last4 })
  }
  return (
    <Dialog
      open={props.asked !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      title={title()}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{t("common.cancel")}</Button>
          <Button
            variant="primary"
            busy={save.isBusy()}
            disabled={!isReady()}
            onClick={() => isReady() && void save.run()}
          >
            {t("common.save")}
          </Button>
        </>
      }
    >
      <Show when={props.asked?.kind === "differ"}>
        <Select
          label={t("models.team")}
          value={team()}
          options={[
            { value: NO_TEAM, label: t("models.choose-team"), disabled: true },
            ...props.settings.teams.map(({ id, name }) => ({ value: id as string, label: name })),
          ]}
          onChange={(next) => {
            setTeam(next)
            setMember(WHOLE_TEAM)
          }}
        />
        <Select
          label={t("models.member")}
          value={member()}
          disabled={team() === NO_TEAM}
          options={[
            { value: WHOLE_TEAM, label: t("models.whole-team") },
            ...(members.latest ?? []).map(({ id, handle }) => ({ value: id as string, label: `@${handle}` })),
          ]}
          onChange={setMember}
        />
      </Show>
      <TextField
        label={t("models.url")}
        hint={isDiffering() ? t("models.url-hint-differ") : t("models.url-hint")}
        error={save.failure()?.fields["/baseUrl"]}
        value={baseUrl()}
        maxLength={MODEL_BASE_URL_MAX_CHARS}
        autocomplete="off"
        onInput={setBaseUrl}
      />
      <TextField
        label={t("models.model")}
        hint={t("models.model-hint")}
        error={save.failure()?.fields["/model"]}
        value={model()}
        maxLength={MODEL_MAX_CHARS}
        autocomplete="off"
        required
        onInput={setModel}
      />
      <TextField
        label={t("models.new-key")}
        hint={keyHint()}
        error={save.failure()?.fields["/key"]}
        type="password"
        value={key()}
        maxLength={MODEL_KEY_MAX_CHARS}
        autocomplete="off"
        disabled={isKeyless()}
        onInput={setKey}
      />
      <Switch label={t("models.take-key")} checked={isKeyless()} onChange={setKeyless} />
      <Show when={save.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </Dialog>
  )
}
