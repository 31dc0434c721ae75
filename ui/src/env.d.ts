/** The version of the product that this dashboard was built with; vite.config.ts fills it in. */
declare const __VERSION__: string
