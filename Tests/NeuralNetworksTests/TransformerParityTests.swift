import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("transformer", from: .module)

/// Transformer layers and stacks against PyTorch: output, gradients of the input, of the memory and
/// of all parameters, by PyTorch's names.
struct TransformerParityTests {
  @Test(arguments: file.cases, ExecutionMode.allCases)
  func agreesWithPyTorch(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    let sizes = try Sizes(golden)
    let mask = try golden.optionalTensor("mask")?.to(.bool)
    let memoryMask = try golden.optionalTensor("memoryMask")?.to(.bool)
    switch golden.kind {
    case "TransformerEncoderLayer":
      try compare(sizes.encoderLayer(), with: golden, mode) {
        $0.model($0.input, mask: mask, keyMask: nil)
      }
    case "TransformerEncoder":
      let stack = TransformerEncoder(try golden.int("layers"), norm: try sizes.norm(golden)) {
        sizes.encoderLayer()
      }
      try compare(stack, with: golden, mode) { $0.model($0.input, mask: mask, keyMask: nil) }
    case "TransformerDecoderLayer":
      try compare(sizes.decoderLayer(), with: golden, mode) {
        $0.model($0.input, memory: $0.memory, mask: mask, memoryMask: memoryMask)
      }
    case "TransformerDecoder":
      let stack = TransformerDecoder(try golden.int("layers"), norm: try sizes.norm(golden)) {
        sizes.decoderLayer()
      }
      try compare(stack, with: golden, mode) {
        $0.model($0.input, memory: $0.memory, mask: mask, memoryMask: memoryMask)
      }
    default: Issue.record("nothing compares \(golden.kind)")
    }
  }

  private func compare<Model: Module>(
    _ model: Model, with golden: GoldenCase, _ mode: ExecutionMode,
    _ run: @escaping @Sendable (TransformerProbe<Model>) -> Tensor
  ) throws {
    var model = model
    let names = golden.names(of: "parameter")
    let setter = TensorSetter(
      Dictionary(
        uniqueKeysWithValues: try names.map { ($0, try golden.tensor("parameter.\($0)")) }))
    model.visitTensors(setter)
    #expect(setter.used == Set(names))
    #expect(model.tensors(.parameter).keys.sorted() == names)

    let memory = try golden.optionalTensor("memory")
    let probe = TransformerProbe(
      model: model, input: try golden.tensor("input"), memory: memory ?? .zeros([1]))
    let found = try mode.differentiate(probe, cotangent: try golden.tensor("cotangent")) { probe in
      withTraining(false) { run(probe) }
    }
    try golden.expect(found.value, isCloseTo: "output", absolute: 1e-5)
    try golden.expect(found.gradient.input, isCloseTo: "inputGradient", absolute: 2e-5)
    if memory != nil {
      try golden.expect(found.gradient.memory, isCloseTo: "memoryGradient", absolute: 2e-5)
    }
    for (name, tensor) in found.gradient.model.tensors(.parameter) {
      try golden.expect(tensor, isCloseTo: "gradient.\(name)", absolute: 5e-5, relative: 1e-4)
    }
  }
}

/// What a case differentiates; the memory is unused where there is no decoder.
private struct TransformerProbe<Model: Module>: TensorTree {
  var model: Model
  var input: Tensor
  var memory: Tensor
}

/// A case's options.
private struct Sizes: Sendable {
  let width: Int
  let heads: Int
  let hidden: Int
  let activation: TransformerActivation
  let isNormFirst: Bool
  let bias: Bool

  init(_ golden: GoldenCase) throws {
    width = try golden.int("width")
    heads = try golden.int("heads")
    hidden = try golden.int("hidden")
    activation = try golden.bool("gelu") ? .gelu : .relu
    isNormFirst = try golden.bool("normFirst")
    bias = try golden.bool("bias")
  }

  func encoderLayer() -> TransformerEncoderLayer {
    TransformerEncoderLayer(
      width, heads: heads, hidden: hidden, dropout: 0.5, activation: activation,
      isNormFirst: isNormFirst, bias: bias)
  }

  func decoderLayer() -> TransformerDecoderLayer {
    TransformerDecoderLayer(
      width, heads: heads, hidden: hidden, dropout: 0.5, activation: activation,
      isNormFirst: isNormFirst, bias: bias)
  }

  func norm(_ golden: GoldenCase) throws -> LayerNorm? {
    try golden.bool("norm") ? LayerNorm(width) : nil
  }
}
