/** Properties are tried on the same examples each time: a failure belongs to the change that it came with. */

import fc from 'fast-check'

fc.configureGlobal({ seed: 1 })
