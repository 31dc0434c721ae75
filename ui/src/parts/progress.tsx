import { createUniqueId } from "solid-js"
import { t } from "#src/i18n/index.ts"
import "./progress.css"

/**
 * Progress of one thing.
 * @param props.percent 0 to 100, only when it was reported; absent shows that work goes on, and invents no number
 */
export function Progress(props: { readonly label: string; readonly percent?: number | undefined }) {
  const id = createUniqueId()
  const share = () => (props.percent === undefined ? undefined : Math.min(100, Math.max(0, props.percent)))
  return (
    <div data-component="progress">
      <span id={id} class="visually-hidden">
        {props.label}
      </span>
      <div
        data-slot="track"
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share()}
        aria-valuetext={share() === undefined ? t("progress.unknown") : undefined}
      >
        <div data-slot="fill" data-unknown={share() === undefined} style={{ width: `${share() ?? 30}%` }} />
      </div>
    </div>
  )
}
