import { LANGUAGES, chooseLanguage, chosenLanguage } from "#src/i18n/language.ts"
import type { Language } from "#src/i18n/language.ts"
import { t } from "#src/i18n/index.ts"
import { DENSITIES, density, setDensity } from "#src/lib/density.ts"
import { THEMES, setTheme, theme } from "#src/lib/theme.ts"
import { RadioGroup } from "#src/parts/radio-group.tsx"

const LANGUAGE_CHOICES: ReadonlyArray<Language | "browser"> = ["browser", ...LANGUAGES]

/** How the interface looks: language, theme, density. Each takes effect at once. */
export default function AppearancePage() {
  return (
    <div data-slot="groups">
      <RadioGroup
        label={t("language.title")}
        options={LANGUAGE_CHOICES.map((value) => ({ value, label: t(`language.${value}`) }))}
        value={chosenLanguage()}
        onChange={(next) => void chooseLanguage(next)}
      />
      <RadioGroup
        label={t("theme.title")}
        options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
        value={theme()}
        onChange={setTheme}
      />
      <RadioGroup
        label={t("density.title")}
        options={DENSITIES.map((value) => ({
          value,
          label: t(`density.${value}`),
          hint: t(`density.${value}-hint`),
        }))}
        value={density()}
        onChange={setDensity}
      />
    </div>
  )
}
