import { asBindings, takeBindings } from "#src/commands/bindings.ts"
import { asLanguageChoice, chooseLanguage } from "#src/i18n/language.ts"
import { DENSITIES, setDensity } from "#src/lib/density.ts"
import { asOneOf, onPreference } from "#src/lib/preferences.ts"
import { THEMES, setTheme } from "#src/lib/theme.ts"

/**
 * Lets what a person sets on another page of this browser hold here at once.
 * @returns how to stop
 */
export function followOtherPages(): () => void {
  const stops = [
    onPreference("theme", asOneOf(THEMES), setTheme),
    onPreference("density", asOneOf(DENSITIES), setDensity),
    onPreference("keys.bindings", asBindings, takeBindings),
    onPreference("language", asLanguageChoice, (next) => void chooseLanguage(next)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
