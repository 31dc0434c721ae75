import type { ArtifactDoc } from "@muster/contracts"
import Download from "lucide-solid/icons/download"
import { For, Match, Show, Switch, createMemo, createSignal, onCleanup } from "solid-js"
import { failureOf, failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { sizeText } from "#src/lib/time.ts"
import { PREVIEW_MAX_BYTES, PREVIEW_TABLE_COLUMNS, PREVIEW_TABLE_ROWS, PREVIEW_TEXT_CHARS } from "#src/limits.ts"
import { CodeBlock } from "#src/parts/code-block.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Markdown } from "#src/parts/markdown.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { artifactPath, fileName, imageType, kindOf, notShown } from "#src/team/task/artifact-kind.ts"
import { parseSeparated } from "#src/team/task/separated-values.ts"
import "./artifact-preview.css"

export interface ArtifactPreviewProps {
  readonly teamId: string
  readonly taskId: string
  /** Must not change while the preview lives: another file is another preview. */
  readonly artifact: ArtifactDoc
}

type Content = { readonly kind: "text"; readonly text: string } | { readonly kind: "image"; readonly url: string }

/** As a data: address: opened on its own it belongs to no origin, so that even a picture with a script in it can reach nothing. */
const dataUrl = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    const failed = () => reject(reader.error ?? new Error("the picture could not be read"))
    reader.addEventListener("load", () => (typeof reader.result === "string" ? resolve(reader.result) : failed()))
    reader.addEventListener("error", failed)
    reader.readAsDataURL(blob)
  })

/** A file that an agent made, as text, table or picture. Nothing in it can act: text stays text, and a picture is only a picture. */
export function ArtifactPreview(props: ArtifactPreviewProps) {
  const [content, setContent] = createSignal<Content>()
  const [failure, setFailure] = createSignal<Failure>()
  let isGone = false
  onCleanup(() => (isGone = true))
  const reason = () => notShown(props.artifact)
  const load = async () => {
    setFailure(undefined)
    const { artifact, teamId, taskId } = props
    try {
      const response = await reads.readArtifact({ params: { team: teamId, task: taskId, sha256: artifact.sha256 } })
      const bytes = await response.arrayBuffer()
      if (isGone) return
      const isImage = kindOf(artifact) === "image"
      const found: Content = isImage
        ? { kind: "image", url: await dataUrl(new Blob([bytes], { type: imageType(artifact) })) }
        : { kind: "text", text: new TextDecoder().decode(bytes) }
      if (!isGone) setContent(found)
    } catch (error) {
      if (!isGone) setFailure(failureOf(error))
    }
  }
  // eslint-disable-next-line solid/reactivity -- another file is another preview
  if (reason() === undefined) void load()
  const whyNot = (why: NonNullable<ReturnType<typeof notShown>>): string =>
    why === "too-large"
      ? t("preview.too-large", { size: sizeText(props.artifact.size), max: sizeText(PREVIEW_MAX_BYTES) })
      : t(`preview.${why}`)
  const text = () => {
    const found = content()
    return found?.kind === "text" ? found.text : undefined
  }
  const image = () => {
    const found = content()
    return found?.kind === "image" ? found.url : undefined
  }
  return (
    <div data-component="artifact-preview" role="region" aria-label={t("preview.of", { name: props.artifact.name })}>
      <Switch fallback={<Skeleton lines={4} />}>
        <Match when={reason()}>
          {(why) => (
            <>
              <p data-slot="note">{whyNot(why())}</p>
              <a
                href={artifactPath(props.teamId, props.taskId, props.artifact.sha256)}
                download={fileName(props.artifact.name)}
                data-component="button"
                data-variant="secondary"
                aria-label={t("panel.artifact-download", { name: props.artifact.name })}
              >
                <Download size={14} aria-hidden="true" />
                {t("preview.download")}
              </a>
            </>
          )}
        </Match>
        <Match when={failure()}>
          {(why) => <ErrorState title={t("preview.failed")} detail={failureText(why())} onRetry={() => void load()} />}
        </Match>
        <Match when={image()}>
          {(url) => <img src={url()} alt={t("preview.image", { name: props.artifact.name })} />}
        </Match>
        <Match when={text() !== undefined}>
          <TextPreview artifact={props.artifact} text={text() ?? ""} />
        </Match>
      </Switch>
    </div>
  )
}

/** JSON laid out; undefined when it is none. */
function laidOut(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return undefined
  }
}

function TextPreview(props: { readonly artifact: ArtifactDoc; readonly text: string }) {
  const kind = () => kindOf(props.artifact)
  const shown = createMemo(() => props.text.slice(0, PREVIEW_TEXT_CHARS))
  const json = createMemo(() => (kind() === "json" ? laidOut(props.text)?.slice(0, PREVIEW_TEXT_CHARS) : undefined))
  return (
    <>
      <Switch fallback={<CodeBlock label={props.artifact.name} code={shown()} />}>
        <Match when={kind() === "markdown"}>
          <Markdown source={shown()} />
        </Match>
        <Match when={kind() === "table"}>
          <ValuesTable text={props.text} name={props.artifact.name} />
        </Match>
        <Match when={json()}>{(code) => <CodeBlock label={props.artifact.name} code={code()} />}</Match>
        <Match when={kind() === "json"}>
          <p data-slot="note">{t("preview.no-json")}</p>
          <CodeBlock label={props.artifact.name} code={shown()} />
        </Match>
      </Switch>
      <Show when={kind() !== "table" && props.text.length > PREVIEW_TEXT_CHARS}>
        <p data-slot="note">{t("preview.cut", { n: PREVIEW_TEXT_CHARS })}</p>
      </Show>
    </>
  )
}

function ValuesTable(props: { readonly text: string; readonly name: string }) {
  const values = createMemo(() => parseSeparated(props.text, PREVIEW_TABLE_ROWS))
  const head = () => values().rows[0] ?? []
  return (
    <>
      <div data-slot="table" tabindex="0" role="region" aria-label={props.name}>
        <table>
          <thead>
            <tr>
              <For each={head().slice(0, PREVIEW_TABLE_COLUMNS)}>{(field) => <th scope="col">{field}</th>}</For>
            </tr>
          </thead>
          <tbody>
            <For each={values().rows.slice(1)}>
              {(row) => (
                <tr>
                  <For each={row.slice(0, PREVIEW_TABLE_COLUMNS)}>{(field) => <td>{field}</td>}</For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <Show when={values().of > PREVIEW_TABLE_ROWS}>
        <p data-slot="note">{t("preview.table-cut", { rows: PREVIEW_TABLE_ROWS, of: values().of })}</p>
      </Show>
    </>
  )
}
