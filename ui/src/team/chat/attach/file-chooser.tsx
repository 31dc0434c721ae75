import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"

export interface FileChooserProps {
  readonly onChoose: (files: ReadonlyArray<File>) => void
  /** The control that opens the choice. */
  readonly children: (open: () => void) => JSX.Element
}

/** Lets a person choose files of their machine. */
export function FileChooser(props: FileChooserProps) {
  let input: HTMLInputElement | undefined
  const choose = (element: HTMLInputElement) => {
    props.onChoose([...(element.files ?? [])])
    // The same file may be chosen again.
    element.value = ""
  }
  return (
    <>
      <input
        ref={(element) => (input = element)}
        type="file"
        multiple
        hidden
        aria-label={t("attach.add")}
        onChange={(event) => choose(event.currentTarget)}
      />
      {props.children(() => input?.click())}
    </>
  )
}
