import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("layers", from: .module)

/// Every layer against PyTorch: output, input gradient, parameter gradients by PyTorch's names, and
/// the running statistics after a step.
struct LayerParityTests {
  @Test(arguments: file.cases, ExecutionMode.allCases)
  func agreesWithPyTorch(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    guard let layer = try makeLayer(golden) else {
      Issue.record("nothing compares \(golden.kind)")
      return
    }
    try compare(layer, with: golden, mode)
  }

  private func compare<L: Layer>(
    _ layer: L, with golden: GoldenCase, _ mode: ExecutionMode
  ) throws {
    var layer = layer
    try fill(&layer, from: golden)
    let cotangent = try golden.tensor("cotangent")
    let isTraining = try golden.bool("training", or: false)
    if golden.kind == "Embedding" {
      let indices = Tensor(try golden.int64s("input"), shape: try golden.shape("input"))
      let found = try mode.run(Derivative(value: indices, gradient: layer)) { arguments in
        let (value, pullback) = valueWithPullback(of: arguments.gradient) { $0(arguments.value) }
        return Derivative(value: value, gradient: pullback(cotangent))
      }
      try golden.expect(found.value, isCloseTo: "output", absolute: 1e-5)
      try expectGradients(found.gradient, golden)
      return
    }
    let probe = Probe(model: layer, input: try golden.tensor("input"))
    let found = try mode.differentiate(probe, cotangent: cotangent) { probe in
      withTraining(isTraining) { probe.model(probe.input) }
    }
    try golden.expect(found.value, isCloseTo: "output", absolute: 1e-5)
    try golden.expect(found.gradient.input, isCloseTo: "inputGradient", absolute: 1e-5)
    try expectGradients(found.gradient.model, golden)
    // Without a closure around it the layer computes the same.
    let plain = try mode.run(probe) { probe in
      withTraining(isTraining) { probe.model(probe.input) }
    }
    try golden.expect(plain, isCloseTo: "output", absolute: 1e-5)
    if isTraining { try expectBuffers(probe, golden, mode) }
  }

  /// Puts the case's parameters and buffers in the layer; names must be PyTorch's, all of them.
  private func fill<L: Layer>(_ layer: inout L, from golden: GoldenCase) throws {
    var tensors: [String: Tensor] = [:]
    for name in golden.names(of: "parameter") {
      tensors[name] = try golden.tensor("parameter.\(name)")
    }
    for name in golden.names(of: "buffer") { tensors[name] = try golden.tensor("buffer.\(name)") }
    let setter = TensorSetter(tensors)
    layer.visitTensors(setter)
    #expect(setter.used == Set(tensors.keys))
    #expect(layer.tensors(.parameter).keys.sorted() == golden.names(of: "parameter"))
  }

  private func expectGradients<L: Layer>(_ gradient: L, _ golden: GoldenCase) throws {
    let found = gradient.tensors(.parameter)
    #expect(found.keys.sorted() == golden.names(of: "gradient"))
    for (name, tensor) in found {
      // Where all of a row's numbers are equal the true gradient is 0, and PyTorch's rounding, times
      // 1/√ε, leaves 3·10⁻⁵.
      try golden.expect(tensor, isCloseTo: "gradient.\(name)", absolute: 5e-5)
    }
  }

  private func expectBuffers<L: Layer>(
    _ probe: Probe<L>, _ golden: GoldenCase, _ mode: ExecutionMode
  ) throws {
    let after = try mode.run(probe) { probe -> L in
      var layer = probe.model
      _ = valueAndGradient(of: &layer) { $0(probe.input).sum() }
      return layer
    }.tensors(.buffer)
    for name in golden.names(of: "after") {
      try golden.expect(try #require(after[name]), isCloseTo: "after.\(name)", absolute: 1e-5)
    }
    #expect(after["num_batches_tracked"]?.item() == 1)
  }
}

/// The layer of a case; nil for a kind that there is no layer for.
private func makeLayer(_ golden: GoldenCase) throws -> (any Layer)? {
  switch golden.kind {
  case "Linear":
    return Linear(
      try golden.int("inputs"), try golden.int("outputs"), bias: try golden.bool("bias"))
  case "Embedding":
    return Embedding(
      try golden.int("count"), try golden.int("width"),
      padding: golden.has("padding") ? try golden.int("padding") : nil)
  case "PReLU": return PReLU(try golden.int("parameters"))
  case "Flatten": return Flatten(from: try golden.int("start"), to: try golden.int("end"))
  default: return try makeConvolution(golden) ?? makePooling(golden) ?? makeNormalization(golden)
  }
}

private func makeConvolution(_ golden: GoldenCase) throws -> (any Layer)? {
  guard golden.kind.hasPrefix("Conv") else { return nil }
  let (inputs, outputs) = (try golden.int("inputs"), try golden.int("outputs"))
  let (kernel, stride) = (try golden.ints("kernel"), try golden.ints("stride"))
  let (dilation, groups) = (try golden.ints("dilation"), try golden.int("groups"))
  let bias = try golden.bool("bias")
  if golden.kind.hasPrefix("ConvTranspose") {
    let padding = try golden.ints("padding")
    let extra = try golden.ints("outputPadding")
    return golden.kind == "ConvTranspose1D"
      ? ConvTranspose1D(
        inputs, outputs, kernel: kernel, stride: stride, padding: padding, outputPadding: extra,
        dilation: dilation, groups: groups, bias: bias)
      : ConvTranspose2D(
        inputs, outputs, kernel: kernel, stride: stride, padding: padding, outputPadding: extra,
        dilation: dilation, groups: groups, bias: bias)
  }
  let padding = try makePadding(golden)
  return golden.kind == "Conv1D"
    ? Conv1D(
      inputs, outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      groups: groups, bias: bias)
    : Conv2D(
      inputs, outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      groups: groups, bias: bias)
}

private func makePadding(_ golden: GoldenCase) throws -> Padding {
  golden.options["padding"] == .string("same") ? .same : .each(try golden.ints("padding"))
}

private func makePooling(_ golden: GoldenCase) throws -> (any Layer)? {
  switch golden.kind {
  case "GlobalAveragePool1D": return GlobalAveragePool1D()
  case "GlobalAveragePool2D": return GlobalAveragePool2D()
  case "GlobalMaxPool1D": return GlobalMaxPool1D()
  case "GlobalMaxPool2D": return GlobalMaxPool2D()
  case "AdaptiveAveragePool1D": return AdaptiveAveragePool1D(try golden.ints("output"))
  case "AdaptiveAveragePool2D": return AdaptiveAveragePool2D(try golden.ints("output"))
  case "AdaptiveMaxPool1D": return AdaptiveMaxPool1D(try golden.ints("output"))
  case "AdaptiveMaxPool2D": return AdaptiveMaxPool2D(try golden.ints("output"))
  case "MaxPool1D", "MaxPool2D":
    let (window, stride) = (try golden.ints("kernel"), try golden.ints("stride"))
    let (padding, dilation) = (try makePadding(golden), try golden.ints("dilation"))
    let ceiling = try golden.bool("ceiling")
    return golden.kind == "MaxPool1D"
      ? MaxPool1D(window, stride: stride, padding: padding, dilation: dilation, ceiling: ceiling)
      : MaxPool2D(window, stride: stride, padding: padding, dilation: dilation, ceiling: ceiling)
  case "AveragePool1D", "AveragePool2D":
    let (window, stride) = (try golden.ints("kernel"), try golden.ints("stride"))
    let (padding, ceiling) = (try makePadding(golden), try golden.bool("ceiling"))
    let counts = try golden.bool("countsPadding")
    return golden.kind == "AveragePool1D"
      ? AveragePool1D(
        window, stride: stride, padding: padding, ceiling: ceiling, countsPadding: counts)
      : AveragePool2D(
        window, stride: stride, padding: padding, ceiling: ceiling, countsPadding: counts)
  default: return nil
  }
}

private func makeNormalization(_ golden: GoldenCase) throws -> (any Layer)? {
  guard
    golden.kind.hasSuffix("Norm") || golden.kind.contains("Norm1D")
      || golden.kind.contains("Norm2D")
  else { return nil }
  let (epsilon, affine) = (try golden.double("epsilon"), try golden.bool("affine"))
  switch golden.kind {
  case "BatchNorm1D":
    return BatchNorm1D(
      try golden.int("features"), epsilon: epsilon, momentum: try golden.double("momentum"),
      affine: affine)
  case "BatchNorm2D":
    return BatchNorm2D(
      try golden.int("features"), epsilon: epsilon, momentum: try golden.double("momentum"),
      affine: affine)
  case "LayerNorm":
    return LayerNorm(
      try golden.ints("shape"), epsilon: epsilon, affine: affine, bias: try golden.bool("bias"))
  case "GroupNorm":
    return GroupNorm(
      try golden.int("groups"), try golden.int("channels"), epsilon: epsilon, affine: affine)
  case "InstanceNorm1D":
    return InstanceNorm1D(try golden.int("features"), epsilon: epsilon, affine: affine)
  case "InstanceNorm2D":
    return InstanceNorm2D(try golden.int("features"), epsilon: epsilon, affine: affine)
  case "RMSNorm":
    return RMSNorm(try golden.ints("shape"), epsilon: epsilon, affine: affine)
  default: return nil
  }
}
