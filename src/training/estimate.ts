/**
 * What a training step costs, worked out before it is run: floating-point operations as the
 * literature counts them (Kaplan et al. 2020, section 2.1, and the attention term that they leave
 * out), and memory by a rule that was fitted to measured runs of this engine.
 */

import type { Activation } from '../network/layers/index.js'

/** The forward pass of one example. */
export interface Work {
  /** Floating-point operations: a multiplication and an addition are two. */
  readonly flops: number
  /** Numbers that are in memory at the same time while the example is learned. */
  readonly activations: number
}

export interface BlocksShape {
  readonly depth: number
  readonly width: number
  readonly heads: number
  readonly keyValueHeads?: number
  readonly activation?: Activation
  /** Tokens that attend to each other. */
  readonly time: number
}

/** Numbers a token and block by the unit of what they grow with, fitted to eight measured shapes. */
const keptPerWidth = { ungated: 31, swiglu: 37 } as const
const keptPerScore = 1.8

/** Transformer blocks: products with their matrices, and of queries with keys and values. */
export const blocksWork = ({
  depth,
  width,
  heads,
  keyValueHeads = heads,
  activation = 'squared-relu',
  time,
}: BlocksShape): Work => {
  const attention = width * width * (2 + (2 * keyValueHeads) / heads)
  const positionWise = 8 * width * width // 2 · 4 or 3 · 8/3
  const scores = 2 * width * time
  return {
    flops: 2 * time * depth * (attention + positionWise + scores),
    activations:
      time *
      depth *
      (keptPerWidth[activation === 'swiglu' ? 'swiglu' : 'ungated'] * width +
        keptPerScore * heads * time),
  }
}

/** Copies of the scores and of their gradients on the way to a loss. */
const keptPerLogit = 10

/** The product of rows with a matrix whose results are scores of a loss. */
export const scoresWork = (rows: number, width: number, ids: number): Work => ({
  flops: 2 * rows * width * ids,
  activations: keptPerLogit * rows * ids,
})

/** The sum of works, each times its share of the examples. */
export const totalWork = (works: readonly (readonly [share: number, work: Work])[]): Work => ({
  flops: works.reduce((sum, [share, { flops }]) => sum + share * flops, 0),
  activations: works.reduce((sum, [share, { activations }]) => sum + share * activations, 0),
})

export interface StepShape {
  /** Trainable numbers. */
  readonly parameters: number
  /** Numbers that stand still beside them; 0 when left out. */
  readonly frozen?: number
  readonly work: Work
  /** Examples in one pass. */
  readonly batch: number
  /** Passes to one update. */
  readonly accumulation?: number
  /** Numbers that the optimizer keeps; two for each parameter when left out. */
  readonly moments?: number
  readonly hasAverage?: boolean
  /** Floating-point operations of the optimizer that are worth counting; 0 when left out. */
  readonly updateFlops?: number
}

export interface StepEstimate {
  /** Of one update: the backward pass costs twice the forward pass. */
  readonly flops: number
  /** Bytes; they are the peak together. */
  readonly memory: {
    /** Node and the runtime before any model. */
    readonly base: number
    /** Parameters, gradients, moments and averages. */
    readonly state: number
    readonly activations: number
  }
}

const bytesPerNumber = 4
const baseBytes = 120e6
/** First values, buffers and the runtime's own copies while it compiles; fitted like the others. */
const copiesOfState = 2.3

export const estimateStep = ({
  parameters,
  frozen = 0,
  work: { flops, activations },
  batch,
  accumulation = 1,
  moments = 2 * parameters,
  hasAverage = false,
  updateFlops = 0,
}: StepShape): StepEstimate => ({
  flops: 3 * flops * batch * accumulation + updateFlops,
  memory: {
    base: baseBytes,
    state: bytesPerNumber * copiesOfState * (frozen + parameters * (hasAverage ? 3 : 2) + moments),
    activations: bytesPerNumber * activations * batch,
  },
})

/** The peak in bytes. */
export const totalMemory = ({ memory: { base, state, activations } }: StepEstimate): number =>
  base + state + activations
