/**
 * A result without holes, compacted in place; anything but a list is handed back as it is. When a result breaks off midway (a
 * connection cut, an error in a later row), the driver keeps the count of its rows, and the next result on that connection begins
 * with as many holes (porsager/postgres issue 1119, open in 3.4.9). Every result goes through here: a hole would pass for "no such
 * row".
 */
export const dense = <A>(result: A): A => {
  if (!Array.isArray(result)) return result
  let kept = 0
  for (let index = 0; index < result.length; index += 1) {
    if (!(index in result)) continue
    if (kept !== index) result[kept] = result[index]
    kept += 1
  }
  result.length = kept
  return result
}
