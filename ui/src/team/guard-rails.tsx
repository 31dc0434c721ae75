import {
  CHILD_DEPTH_MAX,
  CHILDREN_PER_RUN_MAX,
  OPEN_CHILDREN_MAX,
  TIME_LIMIT_DEFAULT_MILLIS,
  TIME_LIMIT_MAX_MILLIS,
} from "@muster/domain"
import { t, tn } from "#src/i18n/index.ts"
import "./guard-rails.css"

const HOUR_MILLIS = 60 * 60 * 1_000
const DAY_MILLIS = 24 * HOUR_MILLIS

/** The limits that hold for every team, as the domain has them. */
export function GuardRails() {
  return (
    <dl data-component="guard-rails" data-numbers>
      <div>
        <dt>{t("wizard.rail-depth")}</dt>
        <dd>{CHILD_DEPTH_MAX}</dd>
      </div>
      <div>
        <dt>{t("wizard.rail-open")}</dt>
        <dd>{OPEN_CHILDREN_MAX}</dd>
      </div>
      <div>
        <dt>{t("wizard.rail-run")}</dt>
        <dd>{CHILDREN_PER_RUN_MAX}</dd>
      </div>
      <div>
        <dt>{t("wizard.rail-time")}</dt>
        <dd>{tn("wizard.hours", TIME_LIMIT_DEFAULT_MILLIS / HOUR_MILLIS)}</dd>
      </div>
      <div>
        <dt>{t("wizard.rail-time-most")}</dt>
        <dd>{tn("wizard.days", TIME_LIMIT_MAX_MILLIS / DAY_MILLIS)}</dd>
      </div>
    </dl>
  )
}
