import { Router } from "@solidjs/router"
import { Suspense } from "solid-js"
import { render } from "solid-js/web"
import { showLanguage, wantedLanguage } from "#src/i18n/language.ts"
import { receiveCode } from "#src/session/arriving-code.ts"
import { Routes } from "#src/routes.tsx"
import { followOtherPages } from "#src/shell/other-pages.ts"
import "#src/styles/base.css"

receiveCode()
followOtherPages()

const root = document.querySelector("#root")
if (root !== null) {
  // In the person's language from the first word on. Not awaited at the top of the module: a dictionary may stand on
  // this chunk, and would then wait for it while it waits for the dictionary.
  void showLanguage(wantedLanguage(window.location.search)).then(() =>
    render(
      () => (
        <Router root={(props) => <Suspense>{props.children}</Suspense>}>
          <Routes />
        </Router>
      ),
      root,
    ),
  )
}
