/** The kinds of data sources of pictures, clips and captions. */

export { classFoldersSource } from './class-folders.js'
export { clipClassesSource } from './clip-classes.js'
export { clipFolderSource } from './clip-folder.js'
export { emojiSource } from './emoji.js'
export { folderSource } from './folder.js'
export { idxSource } from './idx.js'
export { spritesSource } from './sprites.js'
export { webdatasetSource } from './webdataset.js'
