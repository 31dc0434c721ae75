import { Router } from "@solidjs/router"
import { Suspense } from "solid-js"
import { render } from "solid-js/web"
import { receiveCode } from "#src/session/arriving-code.ts"
import { Routes } from "#src/routes.tsx"
import "#src/styles/base.css"

receiveCode()

const root = document.querySelector("#root")
if (root !== null) {
  render(
    () => (
      <Router root={(props) => <Suspense>{props.children}</Suspense>}>
        <Routes />
      </Router>
    ),
    root,
  )
}
