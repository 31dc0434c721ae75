import { numberText } from "#src/i18n/format.ts"
import { t } from "#src/i18n/index.ts"

/** What a run may use at most by the team's limit, as people read it. */
export const runLimitText = (runTokensMax: number | undefined): string =>
  runTokensMax === undefined || runTokensMax === 0
    ? t("dispatch.run-tokens-none")
    : t("dispatch.run-tokens", { n: numberText(runTokensMax) })
