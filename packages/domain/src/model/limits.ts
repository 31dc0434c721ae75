export const MODEL_MAX_CHARS = 200
export const MODEL_BASE_URL_MAX_CHARS = 500
export const MODEL_KEY_MAX_CHARS = 1_000
