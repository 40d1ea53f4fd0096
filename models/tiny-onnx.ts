import protobuf from 'protobufjs'

/** A model for tests that says the same whatever it is shown. Written apart from `onnx-file.ts`, which reads such files. */
export interface TinyModel {
  readonly inputs?: readonly TinyInput[]
  readonly outputs: readonly TinyOutput[]
  readonly metadata?: Readonly<Record<string, string>>
  /** Nodes beside those of the outputs, of operators that ONNX may not know. */
  readonly operators?: readonly { readonly domain: string; readonly opType: string }[]
  /** Name of the file beside it that is said to hold a weight. */
  readonly externalData?: string
}

interface TinyInput {
  readonly name: string
  readonly type: keyof typeof ELEMENT_TYPES
  /** A word is a dimension that is open until it runs. */
  readonly dims: readonly (number | string)[]
}

interface TinyOutput {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: readonly number[] | Float32Array
  readonly type?: 'float32' | 'float16' | 'int64'
}

// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
const root = protobuf.parse(`
syntax = "proto3";
message Model { int64 ir_version = 1; Graph graph = 7; repeated Opset opset_import = 8; repeated Prop metadata_props = 14; }
message Opset { string domain = 1; int64 version = 2; }
message Prop { string key = 1; string value = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Value input = 11; repeated Value output = 12;
}
message Node { repeated string input = 1; repeated string output = 2; string op_type = 4; repeated Attribute attribute = 5; string domain = 7; }
message Attribute { string name = 1; Tensor t = 5; int32 type = 20; }
message Tensor {
  repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; repeated Prop external_data = 13; int32 data_location = 14;
}
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dim dim = 1; }
message Dim { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`).root

const ELEMENT_TYPES = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const
const TENSOR_ATTRIBUTE = 4
const EXTERNAL = 1

const PICTURE: TinyInput = { name: 'images', type: 'float32', dims: [1, 3, 32, 32] }

export function tinyOnnx({
  inputs = [PICTURE],
  outputs,
  metadata = {},
  operators = [],
  externalData,
}: TinyModel): Uint8Array {
  const model = root.lookupType('Model')
  const domains = [...new Set(operators.map(({ domain }) => domain))].filter((domain) => domain !== '')
  const message = model.fromObject({
    irVersion: 8,
    opsetImport: [{ version: 13 }, ...domains.map((domain) => ({ domain, version: 1 }))],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'tiny',
      initializer: externalData === undefined ? [] : [externalTensor(externalData)],
      node: [
        ...outputs.map(constant),
        ...operators.map((each, i) => ({ ...each, input: [inputs[0]?.name], output: [`extra-${i}`] })),
      ],
      input: inputs.map(valueInfo),
      output: outputs.map(({ name, dims, type = 'float32' }) => valueInfo({ name, dims, type })),
    },
  })
  return model.encode(message).finish()
}

function constant({ name, dims, data, type = 'float32' }: TinyOutput) {
  const values = {
    float32: () => Float32Array.from(data),
    float16: () => Float16Array.from(data),
    int64: () => BigInt64Array.from(data, BigInt),
  }[type]()
  const t = { dims, dataType: ELEMENT_TYPES[type], rawData: new Uint8Array(values.buffer) }
  return { output: [name], opType: 'Constant', attribute: [{ name: 'value', type: TENSOR_ATTRIBUTE, t }] }
}

function valueInfo({ name, type, dims }: TinyInput) {
  const dim = dims.map((each) => (typeof each === 'string' ? { dimParam: each } : { dimValue: each }))
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } }
}

function externalTensor(file: string) {
  return {
    name: 'weight',
    dims: [1],
    dataType: ELEMENT_TYPES.float32,
    dataLocation: EXTERNAL,
    externalData: [{ key: 'location', value: file }],
  }
}
