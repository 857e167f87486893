/** The optimizers. */

export { type AdamWOptions, adamW } from './adamw.js'
export { type MuonOptions, muon } from './muon.js'
export type { OptimizedParameter, Optimizer } from './optimizer.js'
