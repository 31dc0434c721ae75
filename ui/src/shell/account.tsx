import Bell from "lucide-solid/icons/bell"
import Keyboard from "lucide-solid/icons/keyboard"
import KeyRound from "lucide-solid/icons/key-round"
import Languages from "lucide-solid/icons/languages"
import LogOut from "lucide-solid/icons/log-out"
import Palette from "lucide-solid/icons/palette"
import { useNavigate } from "@solidjs/router"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { LANGUAGES, chooseLanguage, language } from "#src/i18n/language.ts"
import { Avatar } from "#src/parts/avatar.tsx"
import { Menu } from "#src/parts/menu.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { signOut, signedIn } from "#src/session/session.ts"

/** Who is signed in, the language they read, what they set for themselves, and the way out. */
export function Account(props: { readonly collapsed: boolean }) {
  const navigate = useNavigate()
  const leave = async () => {
    if (await signOut()) navigate("/signin")
    else showToast({ tone: "danger", title: t("account.sign-out-failed"), detail: t("failure.unreachable-detail") })
  }
  return (
    <Show when={signedIn()}>
      {(session) => (
        <div data-slot="account">
          <Menu
            trigger={{
              "data-variant": "ghost",
              "data-slot": "account-button",
              // Where name and role stand on the button, they are its name: who says what is seen must reach it.
              ...(props.collapsed ? { "aria-label": t("account.menu", { name: session().user.name }) } : {}),
            }}
            items={[
              ...LANGUAGES.filter((each) => each !== language()).map((each) => ({
                label: t(`language.${each}`),
                icon: Languages,
                run: () => void chooseLanguage(each),
              })),
              { label: t("account.appearance"), icon: Palette, run: () => navigate("/me/appearance") },
              { label: t("account.tokens"), icon: KeyRound, run: () => navigate("/me/tokens") },
              { label: t("account.keys"), icon: Keyboard, run: () => navigate("/me/keys") },
              { label: t("nav.notifications"), icon: Bell, run: () => navigate("/me/notifications") },
              { label: t("account.sign-out"), icon: LogOut, startsGroup: true, run: () => void leave() },
            ]}
          >
            <Avatar name={session().user.name} />
            <Show when={!props.collapsed}>
              <span data-slot="account-name">
                <span data-slot="account-person">{session().user.name}</span>
                <span data-slot="account-role">{t(`role.${session().user.role}`)}</span>
              </span>
            </Show>
          </Menu>
        </div>
      )}
    </Show>
  )
}
