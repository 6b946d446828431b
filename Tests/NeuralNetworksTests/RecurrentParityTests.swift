import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("recurrent", from: .module)

/// The recurrent layers and cells against PyTorch: outputs, last states, and the gradients by input,
/// state and every parameter, by PyTorch's names.
struct RecurrentParityTests {
  @Test(arguments: file.cases, ExecutionMode.allCases)
  func agreesWithPyTorch(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    let (inputs, hidden) = (try golden.int("inputs"), try golden.int("hidden"))
    let bias = try golden.bool("bias")
    switch golden.kind {
    case "LSTM":
      let o = try Options(golden)
      let lstm = LSTM(
        inputs, hidden, layers: o.layers, bidirectional: o.bidirectional, bias: bias,
        batchFirst: o.batchFirst,
        projection: golden.has("projection") ? try golden.int("projection") : nil)
      try compare(lstm, golden, mode) { lstm, call in
        let (output, state) = lstm(call.input, state: call.lstmState, lengths: call.lengths)
        return [output, state.hidden, state.cell]
      }
    case "GRU":
      let o = try Options(golden)
      let gru = GRU(
        inputs, hidden, layers: o.layers, bidirectional: o.bidirectional, bias: bias,
        batchFirst: o.batchFirst)
      try compare(gru, golden, mode) { gru, call in
        let (output, state) = gru(call.input, state: call.state, lengths: call.lengths)
        return [output, state]
      }
    case "RNN":
      let o = try Options(golden)
      let rnn = RNN(
        inputs, hidden, layers: o.layers, nonlinearity: golden.has("nonlinearity") ? .relu : .tanh,
        bidirectional: o.bidirectional, bias: bias, batchFirst: o.batchFirst)
      try compare(rnn, golden, mode) { rnn, call in
        let (output, state) = rnn(call.input, state: call.state, lengths: call.lengths)
        return [output, state]
      }
    case "LSTMCell":
      try compare(LSTMCell(inputs, hidden, bias: bias), golden, mode) { cell, call in
        let state = cell(call.input, state: call.lstmState)
        return [state.hidden, state.cell]
      }
    case "GRUCell":
      try compare(GRUCell(inputs, hidden, bias: bias), golden, mode) {
        [$0($1.input, state: $1.state)]
      }
    case "RNNCell":
      try compare(RNNCell(inputs, hidden, bias: bias), golden, mode) {
        [$0($1.input, state: $1.state)]
      }
    default: Issue.record("nothing compares \(golden.kind)")
    }
  }

  private struct Options {
    let layers: Int
    let bidirectional: Bool
    let batchFirst: Bool

    init(_ golden: GoldenCase) throws {
      layers = try golden.int("layers")
      bidirectional = try golden.bool("bidirectional")
      batchFirst = try golden.bool("batchFirst")
    }
  }

  /// `run` gives the results in the order of `roles`.
  private func compare<Model: Module>(
    _ model: Model, _ golden: GoldenCase, _ mode: ExecutionMode,
    _ run: @escaping @Sendable (Model, Call) -> [Tensor]
  ) throws {
    let roles = ["output", "endState", "endCell"].filter { golden.tensors[$0] != nil }
    let cotangents = try ["output", "state", "cell"].compactMap {
      try golden.optionalTensor("\($0)Cotangent")
    }
    var probe = RecurrentProbe(model: model, call: try Call(golden), cotangents: cotangents)
    try fill(&probe.model, from: golden)
    let found = try mode.run(probe) { probe in
      let (_, results, gradient) = valueAndGradient(of: probe) { probe -> (Tensor, [Tensor]) in
        let results = run(probe.model, probe.call)
        let parts = zip(results, probe.cotangents).map { ($0 * $1.detached()).sum() }
        return (parts.dropFirst().reduce(parts[0], +), results)
      }
      return Found(results: results, gradient: gradient, plain: run(probe.model, probe.call))
    }
    for (index, role) in roles.enumerated() {
      try golden.expect(found.results[index], isCloseTo: role, absolute: 1e-5)
      // Without a closure around it the layer computes the same.
      try golden.expect(found.plain[index], isCloseTo: role, absolute: 1e-5)
    }
    try golden.expect(found.gradient.call.input, isCloseTo: "inputGradient", absolute: 2e-5)
    if let gradient = found.gradient.call.state {
      try golden.expect(gradient, isCloseTo: "stateGradient", absolute: 2e-5)
    }
    if let gradient = found.gradient.call.cell {
      try golden.expect(gradient, isCloseTo: "cellGradient", absolute: 2e-5)
    }
    for (name, tensor) in found.gradient.model.tensors(.parameter) {
      // Summed over up to 150 steps.
      try golden.expect(tensor, isCloseTo: "gradient.\(name)", absolute: 1e-4)
    }
  }

  /// Puts the case's parameters in the model; names must be PyTorch's, all of them.
  private func fill<Model: Module>(_ model: inout Model, from golden: GoldenCase) throws {
    let names = golden.names(of: "parameter")
    let setter = TensorSetter(
      Dictionary(
        uniqueKeysWithValues: try names.map { ($0, try golden.tensor("parameter.\($0)")) }))
    model.visitTensors(setter)
    #expect(model.tensors(.parameter).keys.sorted() == names)
    #expect(model.tensors(.buffer).isEmpty)
  }
}

/// What a layer is called with.
private struct Call: TensorTree {
  var input: Tensor
  var state: Tensor?
  var cell: Tensor?
  var lengths: Tensor?

  init(_ golden: GoldenCase) throws {
    input = try golden.tensor("input")
    state = try golden.optionalTensor("state")
    cell = try golden.optionalTensor("cell")
    lengths = try golden.optionalTensor("lengths")
  }

  var lstmState: LSTMState? {
    guard let state, let cell else { return nil }
    return LSTMState(hidden: state, cell: cell)
  }
}

private struct RecurrentProbe<Model: Module>: TensorTree {
  var model: Model
  var call: Call
  var cotangents: [Tensor]
}

private struct Found<Model: Module>: TensorTree {
  var results: [Tensor]
  var gradient: RecurrentProbe<Model>
  var plain: [Tensor]
}
