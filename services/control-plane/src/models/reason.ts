/** Nothing is set at any place that holds. */
export const NO_MODEL = "No model is set. An owner sets one under Models."

/** The master key is another one than the key was sealed with, as after a restore on another machine. */
export const KEY_SEALED =
  "The key of the model endpoint cannot be opened any more. An owner gives it again under Models."
