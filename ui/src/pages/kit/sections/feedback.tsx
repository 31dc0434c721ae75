import Users from "lucide-solid/icons/users"
import { createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Dialog, Sheet } from "#src/parts/dialog.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { Progress } from "#src/parts/progress.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { TextArea } from "#src/parts/text-field.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { Specimen } from "#src/pages/kit/specimen.tsx"
import { sample } from "#src/pages/kit/text.ts"

const nothing = () => undefined

export function Floating() {
  const [isDialogOpen, setDialogOpen] = createSignal(false)
  const [isSheetOpen, setSheetOpen] = createSignal(false)
  const [brief, setBrief] = createSignal("")
  const done = () =>
    showToast({
      tone: "success",
      title: sample().toastDone,
      detail: sample().toastDetail,
      action: { label: sample().toastUndo, run: nothing },
    })
  return (
    <Specimen title={sample().sections.floating}>
      <div data-slot="line">
        <Button onClick={() => setDialogOpen(true)}>{sample().openDialog}</Button>
        <Button onClick={() => setSheetOpen(true)}>{sample().openSheet}</Button>
      </div>
      <div data-slot="line">
        <Button onClick={done}>{sample().showToast}</Button>
        <Button onClick={() => showToast({ tone: "danger", title: sample().toastFailed })}>
          {sample().showFailure}
        </Button>
      </div>
      <Dialog
        open={isDialogOpen()}
        onOpenChange={setDialogOpen}
        title={sample().dialogTitle}
        detail={sample().dialogDetail}
        actions={
          <>
            <Button onClick={() => setDialogOpen(false)}>{t("common.cancel")}</Button>
            <Button variant="danger" onClick={() => setDialogOpen(false)}>
              {sample().remove}
            </Button>
          </>
        }
      />
      <Sheet
        open={isSheetOpen()}
        onOpenChange={setSheetOpen}
        title={sample().sheetTitle}
        actions={
          <Button variant="primary" onClick={() => setSheetOpen(false)}>
            {sample().dispatch}
            <KeyCaps keys="mod+enter" />
          </Button>
        }
      >
        <TextArea label={sample().brief} hint={sample().briefHint} value={brief()} onInput={setBrief} rows={6} />
      </Sheet>
    </Specimen>
  )
}

export function Feedback() {
  return (
    <Specimen title={sample().sections.feedback} wide>
      <div>
        <Banner tone="info" action={<Button>{t("common.retry")}</Button>}>
          {sample().bannerInfo}
        </Banner>
        <Banner tone="warning">{sample().banner}</Banner>
        <Banner tone="danger">{sample().bannerDanger}</Banner>
      </div>
      <div data-slot="columns">
        <div data-slot="box">
          <EmptyState
            icon={Users}
            title={sample().emptyTitle}
            detail={sample().emptyDetail}
            action={<Button variant="primary">{sample().dispatch}</Button>}
          />
        </div>
        <div data-slot="box">
          <ErrorState
            title={sample().errorTitle}
            detail={sample().errorDetail}
            errorId={sample().errorId}
            onRetry={nothing}
          />
        </div>
        <div data-slot="box">
          <Skeleton lines={6} />
        </div>
      </div>
      <Progress label={sample().progress} percent={62} />
      <Progress label={sample().unknown} />
    </Specimen>
  )
}
