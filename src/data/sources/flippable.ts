/** The option of sources that do not know which of their pictures may be mirrored. */

import { z } from 'zod'

/** True by default: most photographs and drawings stay what their captions say. */
export const flippableSchema = z
  .boolean()
  .default(true)
  .describe('whether pictures may be mirrored; false for text, arrows and captions that say "left"')
