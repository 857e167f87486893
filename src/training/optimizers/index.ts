/** The optimizers. */

export { adamW } from './adamw.js'
export { muon } from './muon.js'
export type { OptimizedParameter, Optimizer } from './optimizer.js'
