import type { Attachment } from "@muster/domain"
import Download from "lucide-solid/icons/download"
import { For, Show, createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { sizeText } from "#src/lib/time.ts"
import { fileLink, isPicture } from "#src/team/chat/attach/link.ts"
import "./attached.css"

/** Files that came with a message or a task: pictures as such, all others as a name to download. */
export function Attached(props: { readonly teamId: string; readonly files: ReadonlyArray<Attachment> }) {
  return (
    <ul data-component="attached" aria-label={t("attach.list")}>
      <For each={props.files}>{(file) => <File teamId={props.teamId} file={file} />}</For>
    </ul>
  )
}

function File(props: { readonly teamId: string; readonly file: Attachment }) {
  const [isBroken, setBroken] = createSignal(false)
  const link = () => fileLink(props.teamId, props.file)
  return (
    <li>
      <a href={link()} download={props.file.name}>
        <span class="visually-hidden">{t("attach.download")} </span>
        <Show
          when={isPicture(props.file) && !isBroken()}
          fallback={
            <>
              <Download size={14} aria-hidden="true" />
              <span data-slot="name">{props.file.name}</span>{" "}
              <span data-slot="size" data-numbers>
                {sizeText(props.file.size)}
              </span>
            </>
          }
        >
          <img src={link()} alt={props.file.name} loading="lazy" decoding="async" onError={() => setBroken(true)} />
        </Show>
      </a>
    </li>
  )
}
