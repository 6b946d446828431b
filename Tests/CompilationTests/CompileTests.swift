import Myelin
import TestSupport
import Testing

/// Whole training steps, eager and compiled.
@Suite struct CompileTests {
  private static let rules: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true), Adagrad(),
    Adadelta(), RMSprop(momentum: 0.9, isCentered: true), Adam(learningRate: 0.05),
    Adam(isAMSGrad: true, weightDecay: 0.01), AdamW(), NAdam(), Lion(),
  ]

  /// A schedule, clipping and decay: one plan for all steps.
  @Test(arguments: rules)
  func aTrainingStepGivesWhatItGivesEagerly(_ rule: any Optimizer) { train(rule) }

  private func train<Rule: Optimizer>(_ made: Rule) {
    var rule = made
    rule.clipping = .norm(0.5)
    rule.settings.l1Decay = 1e-4
    typealias State = TrainingState<Network, Rule>
    var eager = State(model: withRandomSeed(3) { Network() }, optimizer: rule)
    var compiled = eager
    let step = compile(State.step)
    for number in 0..<40 {
      let rate = made.learningRate * (1 - Double(number) / 50)
      eager.optimizer.learningRate = rate
      compiled.optimizer.learningRate = rate
      let expected = State.step(&eager, ExclusiveOr.inputs, ExclusiveOr.targets)
      let loss = step(&compiled, ExclusiveOr.inputs, ExclusiveOr.targets)
      #expect(abs(expected.item() - loss.item()) < 1e-5)
    }
    #expect(step.cachedPlans == 1)
    #expect(compiled.optimizer.state.step == 40)
    for (a, b) in zip(eager.namedTensors, compiled.namedTensors) {
      #expect(a.path == b.path && a.role == b.role)
      expectClose(
        actual: b.tensor.floats, expected: a.tensor.floats, absolute: 2e-5, relative: 1e-4,
        "\(Rule.self), \(a.path)")
    }
  }

  /// Running statistics move, with a momentum and without one, and so does a dropout's stream.
  @Test(arguments: [0.1, nil] as [Double?])
  func buffersMoveOn(_ momentum: Double?) {
    struct Normalizing: Layer {
      var first = Linear(2, 6)
      var normalization: BatchNorm1D
      var dropout = Dropout(0.3)
      var last = Linear(6, 1)
      func callAsFunction(_ x: Tensor) -> Tensor { last(dropout(normalization(first(x)))) }
    }
    typealias State = TrainingState<Normalizing, SGD>
    var eager = State(
      model: withRandomSeed(5) { Normalizing(normalization: BatchNorm1D(6, momentum: momentum)) },
      optimizer: SGD(learningRate: 0.05))
    var compiled = eager
    let step = compile(State.step)
    for _ in 0..<10 {
      _ = State.step(&eager, ExclusiveOr.inputs, ExclusiveOr.targets)
      _ = step(&compiled, ExclusiveOr.inputs, ExclusiveOr.targets)
    }
    #expect(step.cachedPlans == 1)
    #expect(compiled.model.normalization.num_batches_tracked.item() == 10)
    #expect(
      compiled.model.dropout.randomState.scalars(as: Int64.self)
        == eager.model.dropout.randomState.scalars(as: Int64.self))
    for (a, b) in zip(eager.namedTensors, compiled.namedTensors) {
      expectClose(
        actual: b.tensor.floats, expected: a.tensor.floats, absolute: 2e-5, relative: 1e-4, a.path)
    }
  }

  /// Gradients of several batches, added up by hand.
  @Test func gradientsAddUp() {
    @Sendable func step(_ model: inout Network, _ rule: inout SGD, _ parts: [Tensor]) -> Tensor {
      var total: Network?
      var losses: [Tensor] = []
      for part in parts {
        let (loss, gradients) = valueAndGradient(of: &model) { square($0(part)).mean() }
        losses.append(loss)
        total = total.map { sum in added(sum, gradients) } ?? gradients
      }
      if let total { rule.update(&model, with: total) }
      return stack(losses)
    }
    var models = [Network](repeating: withRandomSeed(2) { Network() }, count: 2)
    var rules = [SGD](repeating: SGD(learningRate: 0.1, momentum: 0.9), count: 2)
    let compiled = compile(step)
    for _ in 0..<5 {
      let parts = ExclusiveOr.inputs.split(into: 2, along: 0)
      let expected = step(&models[0], &rules[0], parts)
      let found = compiled(&models[1], &rules[1], parts)
      expectClose(actual: found.floats, expected: expected.floats)
    }
    #expect(compiled.cachedPlans == 1)
    for (a, b) in zip(models[0].parameters, models[1].parameters) {
      expectClose(actual: b.floats, expected: a.floats)
    }
  }

  /// What a step makes itself may be trained in it.
  @Test func aModelMadeInTheStepCanBeTrained() {
    @Sendable func fit(_ x: Tensor) -> Tensor {
      var weights = [Tensor([0, 0] as [Float])]
      var rule = Adam(learningRate: 0.1)
      for _ in 0..<3 {
        let slopes = gradient(of: weights) { mse($0[0], x) }
        rule.update(&weights, with: slopes)
      }
      return weights[0]
    }
    let x: Tensor = [3, -4]
    let compiled = compile(fit)
    expectClose(actual: compiled(x).floats, expected: fit(x).floats)
    expectClose(actual: compiled(x).floats, expected: fit(x).floats)
  }

  @Test(arguments: DataType.floatingPoint)
  func everyElementTypeTrains(_ type: DataType) {
    @Sendable func step(_ w: inout [Tensor], _ rule: inout AdamW, _ x: Tensor) -> Tensor {
      let (loss, slopes) = valueAndGradient(of: &w) { square(matmul(x, $0[0])).mean() }
      rule.update(&w, with: slopes)
      return loss
    }
    let start = withRandomSeed(1) { Linear(3, 3).weight.to(type) }
    var (eager, compiled) = ([start], [start])
    var rules = (AdamW(), AdamW())
    let plan = compile(step)
    let x = Tensor.identity(3).to(type)
    for _ in 0..<4 {
      _ = step(&eager, &rules.0, x)
      _ = plan(&compiled, &rules.1, x)
    }
    #expect(plan.cachedPlans == 1 && compiled[0].dataType == type)
    expectClose(actual: compiled[0].floats, expected: eager[0].floats, absolute: 1e-2)
  }
}

private func added(_ a: Network, _ b: Network) -> Network {
  var others = b.parameters[...]
  return a.mapParameters { $0 + others.removeFirst() }
}
