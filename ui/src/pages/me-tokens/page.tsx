import type { ApiToken, TeamDoc } from "@muster/contracts"
import KeyRound from "lucide-solid/icons/key-round"
import { For, Show, createSignal } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { Button } from "#src/parts/button.tsx"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { Table } from "#src/parts/table.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { apiCall, mcpSettings } from "#src/pages/me-tokens/connect.ts"
import { NewTokenDialog } from "#src/pages/me-tokens/new-token-dialog.tsx"
import "./page.css"

interface Found {
  readonly tokens: ReadonlyArray<ApiToken>
  readonly teams: ReadonlyArray<TeamDoc>
}

/** The tokens of whoever is signed in, and how a program uses one. */
export default function TokensPage() {
  const [found, setFound] = createSignal<Found>()
  const [failure, setFailure] = createSignal<Failure>()
  const [isMaking, setMaking] = createSignal(false)
  const [leaving, setLeaving] = createSignal<ApiToken>()
  const reload = async (): Promise<void> => {
    try {
      const [tokens, teams] = await Promise.all([
        reads.listApiTokens({}),
        reads.listTeams({ query: { archived: "false" } }),
      ])
      setFound({ tokens: tokens.items, teams: teams.items })
      setFailure(undefined)
    } catch (error) {
      setFailure(failureOf(error))
    }
  }
  void reload()
  const revoke = async (token: ApiToken | undefined) => {
    if (token === undefined) return
    await commands.revokeApiToken({ params: { token: token.id } })
    showToast({ tone: "success", title: t("tokens.revoked", { name: token.name }) })
    await reload()
  }
  return (
    <div data-component="tokens">
      <p data-slot="note">{t("tokens.detail")}</p>
      <Show
        when={failure()}
        fallback={
          <Show when={found()} fallback={<Skeleton lines={3} />}>
            {(all) => (
              <>
                <div>
                  <Button variant="primary" onClick={() => setMaking(true)}>
                    {t("tokens.new")}
                  </Button>
                </div>
                <Show
                  when={all().tokens.length > 0}
                  fallback={<EmptyState icon={KeyRound} title={t("tokens.empty")} detail={t("tokens.empty-detail")} />}
                >
                  <TokenTable found={all()} onRevoke={setLeaving} />
                </Show>
                <Show when={isMaking()}>
                  <NewTokenDialog
                    teams={all().teams}
                    onClose={() => setMaking(false)}
                    onCreated={() => void reload()}
                  />
                </Show>
              </>
            )}
          </Show>
        }
      >
        {(why) => (
          <ErrorState
            title={t("tokens.failed")}
            detail={failureText(why())}
            errorId={why().requestId}
            onRetry={() => void reload()}
          />
        )}
      </Show>
      <section>
        <h2>{t("tokens.connect")}</h2>
        <p data-slot="note">{t("tokens.connect-detail")}</p>
        <CodeBlock label={t("tokens.connect-file")} code={mcpSettings(location.origin)} />
        <CodeBlock label={t("tokens.connect-api")} code={apiCall(location.origin)} />
      </section>
      <ConfirmWithReason
        open={leaving() !== undefined}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        title={t("tokens.revoke-title", { name: leaving()?.name ?? "" })}
        detail={t("tokens.revoke-detail")}
        submit={t("tokens.revoke")}
        hasReason={false}
        onConfirm={() => revoke(leaving())}
      />
    </div>
  )
}

function TokenTable(props: { readonly found: Found; readonly onRevoke: (token: ApiToken) => void }) {
  const teamOf = ({ teamId }: ApiToken): string => {
    if (teamId === null) return t("tokens.all-teams")
    return props.found.teams.find(({ id }) => id === teamId)?.name ?? t("tokens.unknown-team")
  }
  return (
    <Table
      slot="token-list"
      columns={[
        t("tokens.column-name"),
        t("tokens.column-scope"),
        t("tokens.column-team"),
        t("tokens.column-used"),
        t("tokens.column-expires"),
      ]}
      hasActions
      variant="stacking"
    >
      <For each={props.found.tokens}>
        {(token) => (
          <tr>
            <th scope="row">{token.name}</th>
            <td data-label={t("tokens.column-scope")}>{t(`tokens.scope.${token.scope}`)}</td>
            <td data-label={t("tokens.column-team")}>{teamOf(token)}</td>
            <td data-label={t("tokens.column-used")}>
              <Show when={token.lastUsedAt} fallback={t("tokens.never-used")}>
                {(at) => <RelativeTime at={millisOf(at())} />}
              </Show>
            </td>
            <td data-label={t("tokens.column-expires")}>
              <time dateTime={token.expiresAt}>{token.expiresAt.slice(0, "2026-01-01".length)}</time>
            </td>
            <td data-slot="actions">
              <Button
                variant="ghost"
                aria-label={t("tokens.revoke-of", { name: token.name })}
                onClick={() => props.onRevoke(token)}
              >
                {t("tokens.revoke")}
              </Button>
            </td>
          </tr>
        )}
      </For>
    </Table>
  )
}
