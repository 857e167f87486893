/** Storage: tensors, checkpoints and model folders, written whole or not at all. */

export {
  bestCheckpoint,
  type Checkpoint,
  type CheckpointContent,
  type CheckpointPlace,
  type FindCheckpointOptions,
  latestCheckpoint,
  listCheckpoints,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from './checkpoints.js'
export type { FileEntry, Files } from './files.js'
export {
  type ModelFolder,
  type ModelFolderEntries,
  type ModelFolderEntry,
  openModelFolder,
  type WriteModelFolderOptions,
  writeModelFolder,
} from './model-folder.js'
export {
  type NamedTensors,
  openSafetensors,
  type Precision,
  readSafetensors,
  type SafetensorsContent,
  type SafetensorsFile,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './safetensors.js'
