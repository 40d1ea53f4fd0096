import protobuf from 'protobufjs'
import { refused } from './model-error.ts'
import type { TensorSpec } from './tensor.ts'

// The parts of onnx.proto3 that are read; weights themselves are passed over.
const schema = `
syntax = "proto3";
message ModelProto {
  string producer_name = 2;
  GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
  repeated StringStringEntryProto metadata_props = 14;
  repeated FunctionProto functions = 25;
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message StringStringEntryProto { string key = 1; string value = 2; }
message FunctionProto { string name = 1; repeated NodeProto node = 7; string domain = 10; }
message GraphProto {
  repeated NodeProto node = 1;
  repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
}
message NodeProto { string op_type = 4; repeated AttributeProto attribute = 5; string domain = 7; }
message AttributeProto {
  TensorProto t = 5;
  GraphProto g = 6;
  repeated TensorProto tensors = 10;
  repeated GraphProto graphs = 11;
}
message TensorProto {
  int32 data_type = 2;
  string name = 8;
  repeated StringStringEntryProto external_data = 13;
  int32 data_location = 14;
}
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message TypeProto { TensorTypeProto tensor_type = 1; }
message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
message TensorShapeProto { repeated DimensionProto dim = 1; }
message DimensionProto { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`
const ModelProto = protobuf.parse(schema).root.lookupType('ModelProto')

interface Entry {
  readonly key: string
  readonly value: string
}
interface TensorMessage {
  readonly name: string
  readonly dataType: number
  readonly dataLocation: number
  readonly externalData: readonly Entry[]
}
interface NodeMessage {
  readonly opType: string
  readonly domain: string
  readonly attribute: readonly {
    readonly t?: TensorMessage | null
    readonly g?: GraphMessage | null
    readonly tensors: readonly TensorMessage[]
    readonly graphs: readonly GraphMessage[]
  }[]
}
interface ValueMessage {
  readonly name: string
  readonly type: {
    readonly tensorType: {
      readonly elemType: number
      readonly shape: { readonly dim: readonly { readonly dimValue?: number }[] } | null
    } | null
  } | null
}
interface GraphMessage {
  readonly node: readonly NodeMessage[]
  readonly initializer: readonly TensorMessage[]
  readonly input: readonly ValueMessage[]
  readonly output: readonly ValueMessage[]
}
interface ModelMessage {
  readonly producerName: string
  readonly graph: GraphMessage | null
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[]
  readonly metadataProps: readonly Entry[]
  readonly functions: readonly { readonly domain: string; readonly node: readonly NodeMessage[] }[]
}

/** What an ONNX file says of itself, read without running it. */
export interface OnnxFile {
  readonly producer: string
  readonly opset: number
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  readonly metadata: Readonly<Record<string, string>>
  /** `Conv`, or with its domain `TRT:EfficientNMS_TRT`. */
  readonly operators: ReadonlySet<string>
  /** Operators defined by the file itself. */
  readonly functionDomains: ReadonlySet<string>
  /** Files beside it that hold its weights. */
  readonly externalFiles: readonly string[]
  readonly precision: 'fp32' | 'fp16' | 'int8'
}

const ELEMENT_TYPES: Readonly<Record<number, TensorSpec['type']>> = {
  1: 'float32',
  2: 'uint8',
  6: 'int32',
  7: 'int64',
  10: 'float16',
}

const FLOAT16 = 10
const EXTERNAL = 1

export function readOnnxFile(bytes: Uint8Array): OnnxFile {
  const model = decode(bytes)
  const { graph } = model
  const [opset] = model.opsetImport.filter(({ domain }) => domain === '' || domain === 'ai.onnx')
  if (graph === null || opset === undefined || graph.output.length === 0) {
    throw refused('this is no ONNX model, or only the beginning of one', 'Export or download it again.')
  }
  const operators = new Set<string>()
  const tensors: TensorMessage[] = []
  for (const { node } of [graph, ...model.functions]) collectNodes(node, operators, tensors)
  collectTensors(graph, tensors)
  const weights = new Set(graph.initializer.map(({ name }) => name))
  return {
    producer: model.producerName,
    opset: opset.version,
    inputs: graph.input.filter(({ name }) => !weights.has(name)).map(specOf),
    outputs: graph.output.map(specOf),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    operators,
    functionDomains: new Set(model.functions.map(({ domain }) => domain)),
    externalFiles: externalFilesOf(tensors),
    precision: precisionOf(operators, tensors),
  }
}

function decode(bytes: Uint8Array): ModelMessage {
  try {
    return ModelProto.toObject(ModelProto.decode(bytes), { longs: Number, defaults: true }) as ModelMessage
  } catch (cause) {
    throw refused('this is no ONNX file, or it is damaged', 'Export or download it again.', cause)
  }
}

function collectNodes(nodes: readonly NodeMessage[], operators: Set<string>, tensors: TensorMessage[]): void {
  for (const { opType, domain, attribute } of nodes) {
    operators.add(domain === '' || domain === 'ai.onnx' ? opType : `${domain}:${opType}`)
    for (const { t, g, tensors: more, graphs } of attribute) {
      if (t) tensors.push(t)
      tensors.push(...more)
      for (const graph of g ? [g, ...graphs] : graphs) {
        collectNodes(graph.node, operators, tensors)
        collectTensors(graph, tensors)
      }
    }
  }
}

function collectTensors(graph: GraphMessage, tensors: TensorMessage[]): void {
  for (const tensor of graph.initializer) tensors.push(tensor)
}

function externalFilesOf(tensors: readonly TensorMessage[]): string[] {
  const external = tensors.filter((each) => each.dataLocation === EXTERNAL || each.externalData.length > 0)
  const files = external.map((each) => each.externalData.find(({ key }) => key === 'location')?.value ?? '?')
  return [...new Set(files)]
}

const INT8_OPERATOR = /QuantizeLinear$|^QLinear|Integer$|:QLinear|:DynamicQuantize/

function precisionOf(
  operators: ReadonlySet<string>,
  tensors: readonly TensorMessage[],
): OnnxFile['precision'] {
  if ([...operators].some((each) => INT8_OPERATOR.test(each))) return 'int8'
  return tensors.some(({ dataType }) => dataType === FLOAT16) ? 'fp16' : 'fp32'
}

function specOf({ name, type }: ValueMessage): TensorSpec {
  const tensor = type?.tensorType
  const dims = tensor?.shape?.dim.map(({ dimValue }) => (dimValue && dimValue > 0 ? dimValue : undefined))
  return { name, type: ELEMENT_TYPES[tensor?.elemType ?? 0] ?? 'other', dims: dims ?? [] }
}
