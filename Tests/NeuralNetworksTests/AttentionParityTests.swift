import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("attention", from: .module)

/// The operands of attention, and the layer where there is one.
private struct Operands<Model: TensorTree>: TensorTree {
  var model: Model
  var queries: Tensor
  var keys: Tensor?
  var values: Tensor?
  /// A mask of numbers, which is differentiated.
  var added: Tensor?
}

/// Attention against PyTorch: output, weights, the gradients of operands, masks and parameters.
struct AttentionParityTests {
  @Test(arguments: file.cases, ExecutionMode.allCases)
  func agreesWithPyTorch(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    switch golden.kind {
    case "function": try compareFunction(golden, mode)
    case "layer": try compareLayer(golden, mode)
    case "additive":
      let layer = AdditiveAttention(
        queryWidth: try golden.int("queryWidth"), keyWidth: try golden.int("keyWidth"),
        hidden: try golden.int("hidden"))
      try compareScores(layer, golden, mode) { $0.model($0.queries, $1, $2, keyMask: $3) }
    case "multiplicative":
      let scores: [String: MultiplicativeAttention.Score] = [
        "dot": .dot, "general": .general, "concat": .concat(hidden: try golden.int("hidden")),
      ]
      let layer = MultiplicativeAttention(
        queryWidth: try golden.int("queryWidth"), keyWidth: try golden.int("keyWidth"),
        score: try #require(scores[golden.string("score")]))
      try compareScores(layer, golden, mode) { $0.model($0.queries, $1, $2, keyMask: $3) }
    default: Issue.record("nothing compares \(golden.kind)")
    }
  }

  private func operands<Model: TensorTree>(
    _ model: Model, _ golden: GoldenCase
  ) throws -> (operands: Operands<Model>, mask: Tensor?) {
    let isAdded = golden.has("mask") && golden.options["mask"] != .string("bool")
    let mask = try golden.optionalTensor("mask")
    return (
      Operands(
        model: model, queries: try golden.tensor("queries"),
        keys: try golden.optionalTensor("keys"), values: try golden.optionalTensor("values"),
        added: isAdded ? mask : nil),
      isAdded ? nil : mask?.to(.bool)
    )
  }

  private func compareFunction(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    let (operands, seen) = try operands([Tensor](), golden)
    let isCausal = try golden.bool("causal")
    let window = golden.has("window") ? try golden.int("window") : nil
    let scale = golden.has("scale") ? try golden.double("scale") : nil
    let found = try mode.differentiate(operands, cotangent: try golden.tensor("cotangent")) {
      scaledDotProductAttention(
        $0.queries, try #require($0.keys), try #require($0.values), mask: $0.added ?? seen,
        isCausal: isCausal, window: window, scale: scale)
    }
    try golden.expect(found.value, isCloseTo: "output", absolute: 1e-5)
    try expectGradients(found.gradient, golden)
  }

  private func compareLayer(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    var layer = MultiHeadAttention(
      try golden.int("width"), heads: try golden.int("heads"),
      keyWidth: try golden.int("keyWidth"), valueWidth: try golden.int("valueWidth"),
      bias: try golden.bool("bias"), batchFirst: try golden.bool("batchFirst"))
    try fill(&layer, golden)
    let (operands, seen) = try operands(layer, golden)
    let keyMask = try golden.optionalTensor("keyMask")?.to(.bool)
    let isCausal = try golden.bool("causal")
    let found = try mode.differentiate(operands, cotangent: try golden.tensor("cotangent")) {
      x -> Tensor in
      guard let keys = x.keys, let values = x.values else {
        return x.model(x.queries, mask: x.added ?? seen, keyMask: keyMask, isCausal: isCausal)
      }
      return x.model(
        x.queries, keys, values, mask: x.added ?? seen, keyMask: keyMask, isCausal: isCausal)
    }
    try golden.expect(found.value, isCloseTo: "output", absolute: 1e-4)
    try expectGradients(found.gradient, golden)
    for (name, gradient) in found.gradient.model.tensors(.parameter) {
      try golden.expect(gradient, isCloseTo: "gradient.model.\(name)", absolute: 2e-4)
    }
    let weights = try mode.run(operands) { x in
      x.model.withWeights(
        x.queries, x.keys ?? x.queries, x.values ?? x.queries, mask: x.added ?? seen,
        keyMask: keyMask, isCausal: isCausal
      ).weights
    }
    try golden.expect(weights, isCloseTo: "weights", absolute: 1e-5)
  }

  /// Puts the case's parameters in a layer; names must be all of the case's.
  private func fill<Model: TensorTree>(_ layer: inout Model, _ golden: GoldenCase) throws {
    var parameters: [String: Tensor] = [:]
    for name in golden.names(of: "parameter") {
      parameters[name] = try golden.tensor("parameter.\(name)")
    }
    layer.visitTensors(TensorSetter(parameters))
    #expect(layer.tensors(.parameter).keys.sorted() == golden.names(of: "parameter"))
  }

  private func compareScores<Model: Module>(
    _ layer: Model, _ golden: GoldenCase, _ mode: ExecutionMode,
    _ attend:
      @escaping @Sendable (Operands<Model>, Tensor, Tensor, Tensor?) -> (
        context: Tensor, weights: Tensor
      )
  ) throws {
    var layer = layer
    try fill(&layer, golden)
    let operands = try operands(layer, golden).operands
    let keyMask = try golden.optionalTensor("keyMask")?.to(.bool)
    let found = try mode.differentiate(operands, cotangent: try golden.tensor("cotangent")) {
      attend($0, try #require($0.keys), try #require($0.values), keyMask).context
    }
    try golden.expect(found.value, isCloseTo: "output", absolute: 1e-5)
    try expectGradients(found.gradient, golden)
    for (name, gradient) in found.gradient.model.tensors(.parameter) {
      try golden.expect(gradient, isCloseTo: "gradient.model.\(name)", absolute: 1e-4)
    }
    let weights = try mode.run(operands) {
      attend($0, try #require($0.keys), try #require($0.values), keyMask).weights
    }
    try golden.expect(weights, isCloseTo: "weights", absolute: 1e-5)
  }

  private func expectGradients<Model: TensorTree>(
    _ found: Operands<Model>, _ golden: GoldenCase
  ) throws {
    try golden.expect(found.queries, isCloseTo: "gradient.queries", absolute: 1e-4)
    if let keys = found.keys, let values = found.values {
      try golden.expect(keys, isCloseTo: "gradient.keys", absolute: 1e-4)
      try golden.expect(values, isCloseTo: "gradient.values", absolute: 1e-4)
    }
    if let added = found.added, golden.names(of: "gradient").contains("mask") {
      try golden.expect(added, isCloseTo: "gradient.mask", absolute: 1e-4)
    }
  }
}
