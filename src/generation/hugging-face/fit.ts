/** Whether a network is one that an architecture can say, and if not, where they differ. */

import { languageModel } from '../../network/models/language-model.js'
import type { Architecture, Network } from './architecture.js'

export type CompleteNetwork = Required<Network>

/** A network with everything said that follows from the rest. */
export const completeNetwork = (network: Network): CompleteNetwork => {
  const { heads, width, norm } = network
  const isRotary = network.positions === 'rotary'
  const isLearned = network.positions === 'learned'
  const [block] = languageModel(network).parameters.layers
  return {
    ...network,
    keyValueHeads: network.keyValueHeads ?? heads,
    headWidth: network.headWidth ?? width / heads,
    hidden: block!.mlp.output.shape[0]!,
    epsilon: network.epsilon ?? (norm === 'rms' ? 1e-6 : 1e-5),
    rotaryBase: isRotary ? (network.rotaryBase ?? 10_000) : 10_000,
    positionOffset: isLearned ? (network.positionOffset ?? 0) : 0,
    segments: network.segments ?? 0,
    hasNumbers: network.hasNumbers ?? false,
  }
}

/** One option of a network that an architecture has no way to say. */
export interface Misfit {
  readonly option: string
  readonly found: unknown
  /** What an importer of the exported model would take it for. */
  readonly expected: unknown
}

/**
 * What would be lost if a network were written as an architecture: found by writing it and reading
 * that again, so that it cannot disagree with what the architecture does.
 */
export const misfitsOf = (architecture: Architecture, network: Network): Misfit[] => {
  const own = completeNetwork(network)
  const read = completeNetwork(architecture.readNetwork(architecture.printNetwork(own)))
  // Complete networks have the same options.
  return Object.entries(own)
    .map(([option, found]) => ({ option, found, expected: read[option as keyof CompleteNetwork] }))
    .filter(({ found, expected }) => found !== expected)
}
