/** Paths that manifests, data sets and models name: they have to stay inside of what names them. */

/** What is wrong with a path relative to a folder or archive; undefined where nothing is. */
export const entryPathFault = (path: string, whole: string): string | undefined => {
  const shown = JSON.stringify(path)
  if (path === '') return 'the file name is empty'
  if (path.includes('\0')) return `the file name ${shown} has a zero byte`
  if (/^([/\\]|[a-z]:)/i.test(path)) {
    return `the file name ${shown} is absolute; name files relative to the ${whole}`
  }
  if (path.split(/[/\\]/).includes('..')) {
    return `the file name ${shown} leads out of the ${whole}; remove the ".."`
  }
  return undefined
}
