import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("models", from: .module)

/// Small models with the parameters of their peers, by the names of checkpoints: outputs and the
/// gradients of all parameters.
struct ModelParityTests {
  @Test(arguments: file.cases, ExecutionMode.allCases)
  func agreesWithItsPeer(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    switch golden.kind {
    case "GPT": try compareGPT(golden, mode)
    case "BERT": try compareBERT(golden, mode)
    default: Issue.record("nothing compares \(golden.kind)")
    }
  }

  private func compareGPT(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    let model = try filled(
      GPT(
        .init(
          vocabulary: try golden.int("vocabulary"), context: try golden.int("context"),
          width: try golden.int("width"), layers: try golden.int("layers"),
          heads: try golden.int("heads"), activation: try golden.bool("tanh") ? .tanh : .none,
          isTied: try golden.bool("tied"),
          bias: try golden.bool("bias", or: true))), golden)
    #expect(model.parameterCount == model.configuration.parameterCount)
    let tokens = try golden.tensor("tokens")
    let found = try mode.differentiate(model, cotangent: try golden.tensor("cotangent")) { model in
      withTraining(false) { model(tokens) }
    }
    try golden.expect(found.value, isCloseTo: "output", absolute: 1e-5)
    try expectGradients(found.gradient, golden)
  }

  private func compareBERT(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    let model = try filled(
      BERT(
        .init(
          vocabulary: try golden.int("vocabulary"), context: try golden.int("context"),
          segments: try golden.int("segments"), width: try golden.int("width"),
          layers: try golden.int("layers"), heads: try golden.int("heads"),
          hidden: try golden.int("hidden"), activation: try golden.bool("tanh") ? .tanh : .none,
          epsilon: try golden.double("epsilon"))), golden)
    #expect(model.parameterCount == model.configuration.parameterCount)
    let (tokens, segments) = (try golden.tensor("tokens"), try golden.optionalTensor("segments"))
    let mask = try golden.optionalTensor("mask")?.to(.bool)
    let found = try mode.differentiate(model, cotangent: try golden.tensor("cotangent")) { model in
      withTraining(false) {
        let states = model(tokens, segments: segments, mask: mask)
        return concatenate([states, model.pooled(states).unsqueezed(1)], along: 1)
      }
    }
    try golden.expect(found.value, isCloseTo: "output", absolute: 1e-5)
    try expectGradients(found.gradient, golden)
  }

  /// The model with the case's parameters; names must be those of checkpoints, all of them.
  private func filled<Model: Module>(_ model: Model, _ golden: GoldenCase) throws -> Model {
    var model = model
    let names = golden.names(of: "parameter")
    let setter = TensorSetter(
      Dictionary(
        uniqueKeysWithValues: try names.map { ($0, try golden.tensor("parameter.\($0)")) }))
    model.visitTensors(setter)
    #expect(setter.used == Set(names))
    #expect(model.tensors(.parameter).keys.sorted() == names)
    return model
  }

  private func expectGradients<Model: Module>(_ gradient: Model, _ golden: GoldenCase) throws {
    let found = gradient.tensors(.parameter)
    #expect(found.keys.sorted() == golden.names(of: "gradient"))
    for (name, tensor) in found {
      try golden.expect(tensor, isCloseTo: "gradient.\(name)", absolute: 5e-5, relative: 1e-4)
    }
  }
}
