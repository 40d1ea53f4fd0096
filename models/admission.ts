import { refused } from './model-error.ts'
import { MOST_VALUES, shapeText } from './tensor.ts'
import type { OnnxFile } from './onnx-file.ts'

/** What ONNX Runtime brings along; operators of other makers need libraries that nobody here has checked. */
const KNOWN_DOMAINS = new Set(['ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc'])

/** Refuses, before anything of it is loaded, a model that can't run here or reaches beyond its file. */
export function admit(file: OnnxFile): void {
  if (file.externalFiles.length > 0) {
    throw refused(
      `its weights lie in other files (${file.externalFiles.slice(0, 3).join(', ')})`,
      'Export it as one file, without external data.',
    )
  }
  const huge = file.outputs.find(
    ({ dims }) => dims.reduce<number>((all, dim) => all * (dim ?? 1), 1) > MOST_VALUES,
  )
  if (huge) throw refused(`its output ${huge.name} is of ${shapeText(huge.dims)} values`, 'Use a detector.')
  const foreign = [...file.operators].filter((each) => {
    const [domain, operator] = each.split(':') as [string, string | undefined]
    return operator !== undefined && !KNOWN_DOMAINS.has(domain) && !file.functionDomains.has(domain)
  })
  const tensorRt = [...file.operators].find((each) => each.endsWith('_TRT'))
  if (tensorRt !== undefined) {
    throw refused(
      `${tensorRt.replace(/^.*:/, '')} is an operator of TensorRT and runs nowhere else`,
      'Export it without TensorRT’s NMS (for instance without `--end2end`, or with `nms=False`).',
    )
  }
  if (foreign.length > 0) {
    throw refused(
      `it needs operators that are not part of ONNX: ${foreign.slice(0, 5).join(', ')}`,
      'Export it with standard operators only.',
    )
  }
}
