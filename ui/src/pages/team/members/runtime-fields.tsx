import type { Abilities } from "@muster/contracts"
import type { AcpAgent } from "@muster/domain"
import { BRIEFING_MAX_CHARS } from "@muster/domain"
import { Match, Show, Switch } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { RadioGroup } from "#src/parts/radio-group.tsx"
import { Select } from "#src/parts/select.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { AbilityNote } from "#src/pages/team/members/ability-note.tsx"
import { hasModel } from "#src/pages/team/members/member-draft.ts"
import type { MemberDraft, MemberErrors } from "#src/pages/team/members/member-draft.ts"

/** Agents that a person can choose. */
export const ACP_AGENTS = [
  "opencode",
  "claude-code",
  "codex",
  "gemini",
  "hermes",
  "custom",
] as const satisfies ReadonlyArray<AcpAgent>

export interface RuntimeFieldsProps {
  readonly draft: MemberDraft
  readonly errors: MemberErrors
  /** Why the agent cannot work as it is now, in its own words. */
  readonly blockedReason: string | null | undefined
  /** What this machine lets members work with; undefined while nobody knows. */
  readonly abilities: Abilities | undefined
  readonly onChange: (part: Partial<MemberDraft>) => void
}

/** How a member carries out its work, with what that needs on the machine where it runs. */
export function RuntimeFields(props: RuntimeFieldsProps) {
  return (
    <>
      <RadioGroup
        label={t("member-form.runtime")}
        value={props.draft.runtime}
        onChange={(runtime) => props.onChange({ runtime })}
        options={[
          { value: "acp", label: t("member-form.runtime-acp"), hint: t("member-form.runtime-acp-hint") },
          { value: "openclaw", label: t("member-form.runtime-openclaw"), hint: t("member-form.runtime-openclaw-hint") },
          { value: "command", label: t("member-form.runtime-command"), hint: t("member-form.runtime-command-hint") },
          {
            value: "simulated",
            label: t("member-form.runtime-simulated"),
            hint: t("member-form.runtime-simulated-hint"),
          },
        ]}
      />
      <Show when={props.blockedReason}>
        {(reason) => <Banner tone="warning">{t("member.blocked", { reason: reason() })}</Banner>}
      </Show>
      <Switch>
        <Match when={props.draft.runtime === "command"}>
          <TextArea
            label={t("member-form.argv")}
            hint={t("member-form.argv-hint")}
            rows={3}
            value={props.draft.argv}
            onInput={(argv) => props.onChange({ argv })}
          />
        </Match>
        <Match when={props.draft.runtime === "acp"}>
          <Select
            label={t("member-form.agent")}
            value={props.draft.agent}
            onChange={(agent) => props.onChange({ agent })}
            options={ACP_AGENTS.map((value) => ({ value, label: t(`member-form.agent.${value}`) }))}
          />
          <Show when={props.draft.agent === "custom"}>
            <TextArea
              label={t("member-form.agent-argv")}
              hint={t("member-form.agent-argv-hint")}
              error={props.errors.agentArgv}
              rows={3}
              value={props.draft.agentArgv}
              onInput={(agentArgv) => props.onChange({ agentArgv })}
            />
          </Show>
        </Match>
      </Switch>
      <AbilityNote draft={props.draft} abilities={props.abilities} />
      <Show when={hasModel(props.draft.runtime)}>
        <TextArea
          label={t("briefing.label")}
          hint={t("briefing.hint")}
          error={props.errors.briefing}
          rows={4}
          value={props.draft.briefing}
          maxLength={BRIEFING_MAX_CHARS}
          onInput={(briefing) => props.onChange({ briefing })}
        />
        <TextField
          label={t("member-form.model")}
          hint={t("member-form.model-hint")}
          value={props.draft.model}
          onInput={(model) => props.onChange({ model })}
        />
        <RadioGroup
          label={t("member-form.permissions")}
          value={props.draft.permissions}
          onChange={(permissions) => props.onChange({ permissions })}
          options={[
            { value: "ask", label: t("member-form.permissions-ask"), hint: t("member-form.permissions-ask-hint") },
            {
              value: "allow",
              label: t("member-form.permissions-allow"),
              hint: t("member-form.permissions-allow-hint"),
            },
          ]}
        />
      </Show>
    </>
  )
}
