import type { ModelCheck, ModelEndpointDoc } from "@muster/contracts"
import Ellipsis from "lucide-solid/icons/ellipsis"
import { Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Menu } from "#src/parts/menu.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { commandsAt } from "#src/pages/models/at-place.ts"

/** The model that a start with MUSTER_DEMO_MODEL has set. */
const DEMO_MODEL = "scripted-demo"

export interface ModelRowProps {
  readonly endpoint: ModelEndpointDoc
  readonly who: string
  readonly onEdit: () => void
  readonly onRemove: () => void
}

/** One setting, with a check by a real call. */
export function ModelRow(props: ModelRowProps) {
  const [result, setResult] = createSignal<ModelCheck>()
  const check = createAction(async () => {
    setResult(undefined)
    setResult(await commandsAt(props.endpoint).check())
  })
  return (
    <>
      <tr>
        <th scope="row">{props.who}</th>
        <td data-label={t("models.column-model")}>
          <span data-slot="model">
            <code>{props.endpoint.model}</code>
            <Show when={props.endpoint.model === DEMO_MODEL}>
              <Badge>{t("models.demo")}</Badge>
            </Show>
          </span>
        </td>
        <td data-label={t("models.column-url")}>
          <Show when={props.endpoint.baseUrl} fallback={<span data-slot="wider">{t("models.as-wider")}</span>}>
            {(url) => <code>{url()}</code>}
          </Show>
        </td>
        <td data-label={t("models.column-key")}>
          <Show when={props.endpoint.baseUrl !== null}>
            <KeyCell endpoint={props.endpoint} />
          </Show>
        </td>
        <td data-slot="actions">
          <span>
            <Button
              busy={check.isBusy()}
              aria-label={t("models.check-of", { who: props.who })}
              onClick={() => void check.run()}
            >
              {t("models.check")}
            </Button>
            <Menu
              items={[
                { label: t("models.edit"), run: () => props.onEdit() },
                { label: t("models.remove"), danger: true, run: () => props.onRemove() },
              ]}
              trigger={{ "data-component": "icon-button", "aria-label": t("models.actions", { who: props.who }) }}
            >
              <Ellipsis size={16} aria-hidden="true" />
            </Menu>
          </span>
        </td>
      </tr>
      <Show when={check.failure() !== undefined || result() !== undefined}>
        <tr data-slot="check">
          <td colspan={5}>
            <Show when={result()} fallback={<Banner tone="danger">{textOf(check.failure())}</Banner>}>
              {(found) => (
                <Banner tone={found().ok ? "info" : "danger"}>
                  {t("models.check-millis", { words: found().words, millis: found().millis })}
                </Banner>
              )}
            </Show>
          </td>
        </tr>
      </Show>
    </>
  )
}

const textOf = (failure: Parameters<typeof failureText>[0] | undefined): string =>
  failure === undefined ? "" : failureText(failure)

function KeyCell(props: Pick<ModelRowProps, "endpoint">) {
  return (
    <Show when={props.endpoint.key} fallback={t("models.no-key")}>
      {(key) => (
        <Show
          when={key().isReadable}
          fallback={
            <Badge tone="danger" icon={<StateIcon shape={SHAPES.octagon} />}>
              {t("models.key-sealed")}
            </Badge>
          }
        >
          <span data-slot="key">
            <code>{key().last4 === "" ? t("models.key-short") : t("models.key", { last4: key().last4 })}</code>
            <RelativeTime at={millisOf(key().setAt)} />
          </span>
        </Show>
      )}
    </Show>
  )
}
