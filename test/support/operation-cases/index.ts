/**
 * Small computations for every operation that has a gradient, by the operation's name. Sizes are
 * distinct primes where they can be, so that exchanged axes do not go unnoticed.
 */

import { axes } from './axes.js'
import type { OperationCases } from './case.js'
import { elementwise } from './elementwise.js'
import { losses } from './losses.js'
import { norms } from './norms.js'
import { pictures } from './pictures.js'
import { places } from './places.js'
import { products } from './products.js'

export const operationCases: OperationCases = {
  ...elementwise,
  ...axes,
  ...products,
  ...pictures,
  ...norms,
  ...places,
  ...losses,
}
