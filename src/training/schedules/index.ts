/** The schedules of the learning rate. */

export { constant } from './constant.js'
export { cosine } from './cosine.js'
export { warmRestarts } from './warm-restarts.js'
export { warmupStableDecay } from './warmup-stable-decay.js'
