/** The architectures that can be read and written. */

import type { Architecture } from './architecture.js'
import { bert } from './bert.js'
import { gpt2 } from './gpt2.js'
import { llama } from './llama.js'

export const architectures: readonly Architecture[] = [gpt2, llama, bert]
