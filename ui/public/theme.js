// Runs before the first paint, so that a chosen theme never flashes. A file of its own because a strict
// content security policy refuses inline scripts. Keys and values are those of src/lib/theme.ts.
;(function () {
  var root = document.documentElement
  var stored = null
  try {
    stored = localStorage.getItem("muster.theme")
  } catch {
    // Storage is refused in some private windows: the system's theme is right then.
    root.dataset.storage = "refused"
  }
  if (stored === '"light"' || stored === '"dark"') root.dataset.theme = stored.slice(1, -1)
})()
