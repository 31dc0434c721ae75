import { ATTACHMENT_MAX_BYTES, ATTACHMENTS_MAX } from "@muster/domain"
import RotateCw from "lucide-solid/icons/rotate-cw"
import X from "lucide-solid/icons/x"
import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { sizeText } from "#src/lib/time.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { sentPercent } from "#src/team/chat/attach/model.ts"
import type { AttachItem, Refusal } from "#src/team/chat/attach/model.ts"
import type { Attachments } from "#src/team/chat/attach/store.ts"
import "./tray.css"

/** The files that go with what is being written: how far each is, and a way to take it back. */
export function AttachTray(props: { readonly attachments: Attachments }) {
  const items = () => props.attachments.items()
  return (
    <Show when={items().length > 0 || props.attachments.refused().length > 0}>
      <div data-component="attach-tray">
        <Show when={items().length > 0}>
          <ul aria-label={t("attach.list")}>
            <For each={items().map(({ key }) => key)}>
              {(key) => (
                <Show when={items().find((item) => item.key === key)}>
                  {(item) => <Item item={item()} attachments={props.attachments} />}
                </Show>
              )}
            </For>
          </ul>
        </Show>
        <Show when={props.attachments.refused().length > 0}>
          <div role="alert" data-slot="refused">
            <For each={props.attachments.refused()}>{(refusal) => <p>{refusalText(refusal)}</p>}</For>
          </div>
        </Show>
      </div>
    </Show>
  )
}

const refusalText = ({ name, reason }: Refusal): string =>
  reason === "too-large"
    ? t("attach.too-large", { name, max: sizeText(ATTACHMENT_MAX_BYTES) })
    : t("attach.too-many", { name, max: ATTACHMENTS_MAX })

function Item(props: { readonly item: AttachItem; readonly attachments: Attachments }) {
  const failure = () => (props.item.state.kind === "failed" ? props.item.state.reason : undefined)
  const isOnItsWay = () => props.item.state.kind === "sending" || props.item.state.kind === "waiting"
  return (
    <li data-state={props.item.state.kind}>
      <span data-slot="name" title={props.item.name}>
        {props.item.name}
      </span>
      <span data-slot="size" data-numbers>
        {sizeText(props.item.size)}
      </span>
      <Show when={isOnItsWay()}>
        <Progress label={t("attach.sending", { name: props.item.name })} percent={sentPercent(props.item)} />
      </Show>
      <Show when={failure()}>
        {(reason) => (
          <>
            <span role="alert" data-slot="failure">
              {reason()}
            </span>
            <IconButton
              icon={RotateCw}
              label={t("attach.retry", { name: props.item.name })}
              onClick={() => props.attachments.retry(props.item.key)}
            />
          </>
        )}
      </Show>
      <IconButton
        icon={X}
        label={t(isOnItsWay() ? "attach.cancel" : "attach.remove", { name: props.item.name })}
        onClick={() => props.attachments.remove(props.item.key)}
      />
    </li>
  )
}
