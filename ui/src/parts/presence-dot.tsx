import { t } from "#src/i18n/index.ts"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { PRESENCES } from "#src/parts/state-table.ts"
import type { Presence } from "#src/parts/state-table.ts"
import "./presence-dot.css"

/** Presence as a small shape; the word is there for those who do not see it. */
export function PresenceDot(props: { readonly presence: Presence }) {
  return (
    <span
      data-component="presence-dot"
      data-tone={PRESENCES[props.presence].tone}
      title={t(PRESENCES[props.presence].word)}
    >
      <StateIcon shape={{ ...PRESENCES[props.presence].shape, isSpinning: false }} size={10} />
      <span class="visually-hidden">{t(PRESENCES[props.presence].word)}</span>
    </span>
  )
}
