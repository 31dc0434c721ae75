import type { ArtifactDoc } from "@muster/contracts"
import ChevronDown from "lucide-solid/icons/chevron-down"
import ChevronRight from "lucide-solid/icons/chevron-right"
import Download from "lucide-solid/icons/download"
import { For, Show, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { sizeText } from "#src/lib/time.ts"
import { Button } from "#src/parts/button.tsx"
import { artifactPath, fileName } from "#src/team/task/artifact-kind.ts"
import { ArtifactPreview } from "#src/team/task/artifact-preview.tsx"

export interface ArtifactListProps {
  readonly teamId: string
  readonly taskId: string
  readonly artifacts: ReadonlyArray<ArtifactDoc>
}

/** The files of a task: each can be looked at here, one at a time, and downloaded as it is. */
export function ArtifactList(props: ArtifactListProps) {
  const [open, setOpen] = createSignal<string>()
  const keyOf = ({ name, sha256 }: ArtifactDoc) => `${name} ${sha256}`
  return (
    <ul data-component="artifact-list">
      <For each={props.artifacts}>
        {(artifact) => {
          const isOpen = () => open() === keyOf(artifact)
          return (
            <li>
              <span data-slot="file">
                <Button
                  variant="ghost"
                  aria-expanded={isOpen()}
                  aria-label={t("preview.show", { name: artifact.name })}
                  onClick={() => setOpen(isOpen() ? undefined : keyOf(artifact))}
                >
                  <Show when={isOpen()} fallback={<ChevronRight size={14} aria-hidden="true" />}>
                    <ChevronDown size={14} aria-hidden="true" />
                  </Show>
                  {artifact.name}
                </Button>
                <span data-numbers>{sizeText(artifact.size)}</span>
                <a
                  href={artifactPath(props.teamId, props.taskId, artifact.sha256)}
                  download={fileName(artifact.name)}
                  aria-label={t("panel.artifact-download", { name: artifact.name })}
                >
                  <Download size={14} aria-hidden="true" />
                  {t("preview.download")}
                </a>
              </span>
              <Show when={isOpen()}>
                <ArtifactPreview teamId={props.teamId} taskId={props.taskId} artifact={artifact} />
              </Show>
            </li>
          )
        }}
      </For>
    </ul>
  )
}
