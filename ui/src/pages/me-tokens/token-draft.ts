import { API_TOKEN_DAYS_MAX } from "@muster/contracts"
import type { ApiToken } from "@muster/contracts"
import type { TeamId } from "@muster/domain"
import { t } from "#src/i18n/index.ts"

export const ALL_TEAMS = "all"
const DEFAULT_DAYS = "90"

/** What stands in the form, as it was typed. */
export interface TokenDraft {
  readonly name: string
  readonly scope: ApiToken["scope"]
  readonly team: string
  readonly days: string
}

export const newTokenDraft: TokenDraft = { name: "", scope: "read", team: ALL_TEAMS, days: DEFAULT_DAYS }

export interface TokenRequest {
  readonly name: string
  readonly scope: ApiToken["scope"]
  readonly teamId?: TeamId
  readonly expiresInDays: number
}
export type TokenVerdict =
  | { readonly isOk: true; readonly request: TokenRequest }
  | { readonly isOk: false; readonly errors: Readonly<Partial<Record<keyof TokenDraft, string>>> }

/** The request that the form stands for, or what is wrong with it, by field. */
export function tokenRequest({ name, scope, team, days }: TokenDraft): TokenVerdict {
  const expiresInDays = Number(days)
  const isWhole = Number.isInteger(expiresInDays) && expiresInDays >= 1 && expiresInDays <= API_TOKEN_DAYS_MAX
  const errors = {
    ...(name.trim() === "" ? { name: t("tokens.form.name-wrong") } : {}),
    ...(isWhole && days.trim() !== "" ? {} : { days: t("tokens.form.expires-wrong", { max: API_TOKEN_DAYS_MAX }) }),
  }
  if (Object.keys(errors).length > 0) return { isOk: false, errors }
  return {
    isOk: true,
    request: { name: name.trim(), scope, expiresInDays, ...(team === ALL_TEAMS ? {} : { teamId: team as TeamId }) },
  }
}
