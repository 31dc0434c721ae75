import type { ModelEndpointDoc } from "@muster/contracts"
import Cpu from "lucide-solid/icons/cpu"
import { For, Show, createSignal } from "solid-js"
import { failureOf, failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { Table } from "#src/parts/table.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { Page } from "#src/shell/page.tsx"
import { commandsAt } from "#src/pages/models/at-place.ts"
import { EndpointDialog } from "#src/pages/models/endpoint-dialog.tsx"
import type { Asked } from "#src/pages/models/endpoint-dialog.tsx"
import { ModelRow } from "#src/pages/models/row.tsx"
import { createSettings, whoOf } from "#src/pages/models/settings.ts"
import type { Settings } from "#src/pages/models/settings.ts"
import "./page.css"

/** Which models agents use. Owners alone see and set them. */
export default function ModelsPage() {
  return (
    <Show
      when={may("model.read")}
      fallback={
        <Page title={t("models.title")}>
          <EmptyState icon={Cpu} title={t("models.not-yours")} detail={t("models.not-yours-detail")} />
        </Page>
      }
    >
      <OwnersPage />
    </Show>
  )
}

function OwnersPage() {
  const { settings, failure, reload } = createSettings()
  const [asked, setAsked] = createSignal<Asked>()
  const organisation = () => settings()?.endpoints.find(({ teamId }) => teamId === null)
  const remove = async (endpoint: ModelEndpointDoc, who: string) => {
    try {
      await commandsAt(endpoint).remove()
      showToast({ tone: "success", title: t("models.removed", { who }) })
      await reload()
    } catch (error) {
      showToast({ tone: "danger", title: who, detail: failureText(failureOf(error)) })
    }
  }
  const saved = (who: string) => {
    setAsked(undefined)
    showToast({ tone: "success", title: t("models.saved", { who }) })
    void reload()
  }
  return (
    <Page
      title={t("models.title")}
      actions={
        <Show when={settings()}>
          <Button onClick={() => setAsked({ kind: "differ" })}>{t("models.differ")}</Button>
          <Show when={organisation() === undefined}>
            <Button variant="primary" onClick={() => setAsked({ kind: "organisation" })}>
              {t("models.set")}
            </Button>
          </Show>
        </Show>
      }
    >
      <Show
        when={failure()}
        fallback={
          <Show when={settings()} fallback={<Skeleton lines={3} />}>
            {(found) => (
              <>
                <p data-component="models-about">{t("models.detail")}</p>
                <Show
                  when={found().endpoints.length > 0}
                  fallback={<EmptyState icon={Cpu} title={t("models.empty")} detail={t("models.empty-detail")} />}
                >
                  <Endpoints settings={found()} onAsk={setAsked} onRemove={(each, who) => void remove(each, who)} />
                </Show>
                <EndpointDialog
                  asked={asked()}
                  settings={found()}
                  onClose={() => setAsked(undefined)}
                  onSaved={saved}
                />
              </>
            )}
          </Show>
        }
      >
        {(found) => (
          <ErrorState
            title={t("models.failed")}
            detail={failureText(found())}
            errorId={found().requestId}
            onRetry={() => void reload()}
          />
        )}
      </Show>
    </Page>
  )
}

function Endpoints(props: {
  readonly settings: Settings
  readonly onAsk: (asked: Asked) => void
  readonly onRemove: (endpoint: ModelEndpointDoc, who: string) => void
}) {
  return (
    <Table
      slot="model-list"
      columns={[t("models.column-who"), t("models.column-model"), t("models.column-url"), t("models.column-key")]}
      hasActions
      variant="stacking"
    >
      <For each={props.settings.endpoints}>
        {(endpoint) => (
          <ModelRow
            endpoint={endpoint}
            who={whoOf(endpoint, props.settings)}
            onEdit={() => props.onAsk({ kind: "edit", endpoint })}
            onRemove={() => props.onRemove(endpoint, whoOf(endpoint, props.settings))}
          />
        )}
      </For>
    </Table>
  )
}
