import { Page } from "#src/shell/page.tsx"
import { StatusLine } from "#src/shell/status-line.tsx"
import { Buttons, Choices, Fields } from "#src/pages/kit/sections/controls.tsx"
import { Lists, Panes, Texts } from "#src/pages/kit/sections/content.tsx"
import { Feedback, Floating } from "#src/pages/kit/sections/feedback.tsx"
import { ShellParts, SmallParts } from "#src/pages/kit/sections/small.tsx"
import { Freshness, Presences, States } from "#src/pages/kit/sections/states.tsx"
import { sample } from "#src/pages/kit/text.ts"
import "./page.css"

/** Every part in its states: what people build from, and what the accessibility test walks over. */
export default function KitPage() {
  return (
    <Page title={sample().title} status={<StatusLine status={{ kind: "live", position: "48213" }} />}>
      <div data-component="kit">
        <Buttons />
        <States />
        <Presences />
        <Fields />
        <Choices />
        <Floating />
        <Freshness />
        <Lists />
        <Panes />
        <Feedback />
        <Texts />
        <SmallParts />
        <ShellParts />
      </div>
    </Page>
  )
}
