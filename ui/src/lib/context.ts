import { createContext, useContext } from "solid-js"
import type { JSX } from "solid-js"
import { createComponent } from "solid-js/web"

/** A component asked for a context that no provider above it gives: a mistake of composition, never of a user. */
export class MissingProvider extends Error {
  readonly _tag = "MissingProvider"
  constructor(name: string) {
    super(`${name} is used outside its provider`)
  }
}

/**
 * Makes one provider and its hook.
 * @param name shown in the error when the provider is missing
 * @param make builds the value once per provider, inside its owner, so that it may register cleanups
 */
export function makeContext<T, P extends object>(name: string, make: (props: P) => T) {
  const Context = createContext<T>()
  return {
    Provider: (props: P & { children: JSX.Element }) =>
      createComponent(Context.Provider, {
        value: make(props),
        get children() {
          return props.children
        },
      }),
    /** @throws MissingProvider */
    use: (): T => {
      const value = useContext(Context)
      if (value === undefined) throw new MissingProvider(name)
      return value
    },
  }
}
