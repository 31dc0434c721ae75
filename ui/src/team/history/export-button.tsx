import type { HistoryQuery } from "@muster/contracts"
import Download from "lucide-solid/icons/download"
import { t, tn } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { ExportCut, readExport, saveAs } from "#src/team/history/export.ts"
import { operations } from "#src/shell/operations/operations.ts"
import { useTeamSource } from "#src/team/source.ts"

export interface ExportButtonProps {
  readonly first?: number
  readonly last?: number
  readonly query?: HistoryQuery
  /** Events that are expected, where that is known. */
  readonly total?: number
  readonly label?: string
}

/** Takes a stretch of the history out as a file. How far it is, and how to stop it, stand among the operations. */
export function ExportButton(props: ExportButtonProps) {
  const source = useTeamSource()
  const start = () => {
    const { first, last, query, total } = props
    const team = source.teamId
    const end = last ?? total
    const name = `${source.view.team?.name ?? team}-${first ?? 1}${end === undefined ? "" : `-${end}`}.jsonl`
    operations.start({
      title: t("timeline.export-title"),
      ...(total === undefined ? {} : { total }),
      run: async (signal, report) => {
        const asked = {
          team,
          ...(first === undefined ? {} : { first }),
          ...(last === undefined ? {} : { last }),
          ...(query === undefined ? {} : { query }),
        }
        try {
          const { blob, events } = await readExport(asked, signal, (done) => report({ done }))
          if (signal.aborted) return {}
          saveAs(blob, name.replaceAll(/[\\/:*?"<>|]/g, "-"))
          return { summary: tn("timeline.exported", events) }
        } catch (error) {
          if (!(error instanceof ExportCut)) throw error
          return { failures: [{ what: name, reason: t("timeline.export-cut") }], isNothingDone: true }
        }
      },
    })
  }
  return (
    <Button onClick={start}>
      <Download size={14} aria-hidden="true" />
      {props.label ?? t("timeline.export")}
    </Button>
  )
}
