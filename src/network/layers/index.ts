/** The layers. */

export * from './attention.js'
export * from './block.js'
export * from './cached-attention.js'
export * from './cross-attention.js'
export * from './layer.js'
export * from './linear.js'
export * from './mlp.js'
export * from './norm.js'
export * from './rotary-angles.js'
