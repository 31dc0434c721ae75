// In the place of node:fs where the agent delivers files: the model of the control plane needs only their hash.
export const createReadStream = (path: string): { readonly path: string } => ({ path })
