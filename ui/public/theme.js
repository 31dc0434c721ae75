// Runs before the first paint, so that a chosen theme, density or language never flashes. A file of its own because a
// strict content security policy refuses inline scripts. Keys and values are those of src/lib/theme.ts,
// src/lib/density.ts and src/i18n/language.ts.
;(function () {
  var root = document.documentElement
  function stored(name) {
    try {
      return JSON.parse(localStorage.getItem("muster." + name))
    } catch {
      // Storage is refused in some private windows: what the system prefers is right then.
      root.dataset.storage = "refused"
      return null
    }
  }

  var theme = stored("theme")
  if (theme === "light" || theme === "dark") root.dataset.theme = theme
  if (stored("density") === "compact") root.dataset.density = "compact"

  var tags = { en: "en", zh: "zh-Hans" }
  var chosen = stored("language")
  if (!Object.hasOwn(tags, chosen)) {
    chosen = navigator.languages
      .map(function (tag) {
        return tag.toLowerCase().split("-")[0]
      })
      .find(function (base) {
        return Object.hasOwn(tags, base)
      })
  }
  root.lang = tags[chosen] || "en"
})()
