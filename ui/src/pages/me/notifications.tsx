import { Show, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { minutesOf } from "#src/needs/notify/model.ts"
import type { QuietHours } from "#src/needs/notify/model.ts"
import { canNotify } from "#src/needs/notify/notifier.ts"
import { isQuietOn, notifications, quietHours, sound } from "#src/needs/notify/preferences.ts"
import { playTones } from "#src/needs/notify/sound.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Switch } from "#src/parts/switch.tsx"
import { TextField } from "#src/parts/text-field.tsx"

/** Whether and when this browser tells of what is new. The browser is asked for leave on the press of the switch, never before. */
export default function NotificationsPage() {
  const [permission, setPermission] = createSignal(canNotify() ? Notification.permission : "unsupported")
  const isOn = () => notifications.value() && permission() === "granted"

  const enable = async (isWanted: boolean) => {
    if (!isWanted || !canNotify()) {
      notifications.set(false)
      return
    }
    setPermission(await Notification.requestPermission())
    notifications.set(permission() === "granted")
  }
  const show = () => {
    new Notification(t("app.name"), {
      body: t("notify.example"),
      tag: "example",
      icon: "/favicon.svg",
    }).addEventListener("click", () => window.focus())
    if (sound.value()) playTones()
  }

  return (
    <div data-slot="groups">
      <Show when={permission() === "unsupported"}>
        <Banner tone="info">{t("notify.unsupported")}</Banner>
      </Show>
      <Show when={permission() === "denied"}>
        <Banner tone="warning">{t("notify.denied")}</Banner>
      </Show>
      <Switch
        label={t("notify.enable")}
        hint={t("notify.enable-hint")}
        checked={isOn()}
        disabled={permission() === "unsupported" || permission() === "denied"}
        onChange={(isWanted) => void enable(isWanted)}
      />
      <Switch
        label={t("notify.sound")}
        hint={t("notify.sound-hint")}
        checked={sound.value()}
        disabled={!isOn()}
        onChange={(isWanted) => {
          sound.set(isWanted)
          if (isWanted) playTones()
        }}
      />
      <Switch
        label={t("notify.quiet")}
        hint={t("notify.quiet-hint")}
        checked={isQuietOn.value()}
        disabled={!isOn()}
        onChange={isQuietOn.set}
      />
      <Show when={isQuietOn.value()}>
        <TimeField edge="from" label={t("notify.quiet-from")} />
        <TimeField edge="to" label={t("notify.quiet-to")} />
      </Show>
      <Show when={isOn()}>
        <p>
          <Button onClick={show}>{t("notify.try")}</Button>
        </p>
      </Show>
    </div>
  )
}

/** One end of the quiet hours. What is no time is shown as wrong, and the one before holds. */
function TimeField(props: { readonly edge: keyof QuietHours; readonly label: string }) {
  const [written, setText] = createSignal<string>()
  const text = () => written() ?? quietHours.value()[props.edge]
  const isTime = () => minutesOf(text()) !== undefined
  const take = (next: string) => {
    setText(next)
    if (isTime()) quietHours.set({ ...quietHours.value(), [props.edge]: next })
  }
  return (
    <TextField label={props.label} value={text()} onInput={take} error={isTime() ? undefined : t("notify.bad-time")} />
  )
}
