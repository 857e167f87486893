/** The type of everything that gradient rules may use: all operations, primitive and composed. */

import type * as operations from './index.js'

export type Vocabulary = typeof operations
