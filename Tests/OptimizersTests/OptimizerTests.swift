import Myelin
import TestSupport
import Testing

private struct Layer: TensorTree {
  var weight = Tensor([1, 2, 3] as [Float])
  var bias = Tensor(0.5 as Float)
  @Buffer var mean = Tensor([7] as [Float])
  let scale = Tensor([9] as [Float])
}

private struct Network: TensorTree {
  var layers = [Layer(), Layer()]
  var places = Tensor([1, 2] as [Int])
}

/// The names and numbers of all tensors in a tree.
private final class Names: TensorVisitor {
  private(set) var values: [String: [Float]] = [:]

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    values[path(name)] = tensor.scalars(as: Float.self)
  }

  static func of<Tree: TensorTree>(_ tree: Tree) -> [String: [Float]] {
    var copy = tree
    let names = Names()
    copy.visitTensors(names)
    return names.values
  }
}

private func gradients() -> Network {
  var network = Network()
  for index in network.layers.indices {
    network.layers[index].weight = Tensor([1, -1, 0] as [Float])
    network.layers[index].bias = Tensor(2 as Float)
  }
  return network
}

/// A rule as a user would write it: the sign of the gradient's running sum.
private struct SumSign: Optimizer {
  var settings = OptimizerSettings(learningRate: 0.5, l2Decay: 1)
  var state = OptimizerState()
  var slotNames: [String] { ["sum"] }

  func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    slots[0] += gradient
    parameter -= sign(slots[0]).scaled(by: step.learningRate / step.number)
  }
}

struct OptimizerTests {
  private static let all: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.1, momentum: 0.9), Adagrad(), Adadelta(), RMSprop(),
    RMSprop(momentum: 0.9, isCentered: true), Adam(), Adam(isAMSGrad: true), AdamW(), NAdam(),
    Lion(),
  ]

  private func steps<Rule: Optimizer>(
    _ rule: Rule, _ model: Network, count: Int, _ mode: ExecutionMode = .eager
  ) -> (Rule, Network) {
    var (rule, model) = (rule, model)
    let update = compile { (model: inout Network, rule: inout Rule, gradients: Network) in
      rule.update(&model, with: gradients)
    }
    for _ in 0..<count {
      if mode == .compiled {
        update(&model, &rule, gradients())
      } else {
        rule.update(&model, with: gradients())
      }
    }
    return (rule, model)
  }

  /// Only floating-point variables move, and each against its gradient; the model that was copied
  /// before does not.
  @Test(arguments: all, ExecutionMode.allCases)
  func movesParametersOnly(_ rule: any Optimizer, _ mode: ExecutionMode) {
    let start = Network()
    let model = steps(rule, start, count: 3, mode).1
    let (before, after) = (Names.of(start), Names.of(model))
    #expect(before == Names.of(Network()))
    for (name, values) in after {
      if name.hasSuffix("weight") {
        #expect(values[0] < 1 && values[1] > 2 - 0.001 && values != before[name])
      } else if name.hasSuffix("bias") {
        #expect(values[0] < 0.5)
      } else {
        #expect(values == before[name])
      }
    }
  }

  /// A copy goes on where the original stood, and so does one whose state was put into a fresh one
  /// tensor by tensor.
  @Test(arguments: all, ExecutionMode.allCases)
  func continuesFromItsState(_ rule: any Optimizer, _ mode: ExecutionMode) {
    checkContinuation(rule, mode)
  }

  private func checkContinuation<Rule: Optimizer>(_ rule: Rule, _ mode: ExecutionMode) {
    let (stopped, model) = steps(rule, Network(), count: 2, mode)
    let whole = Names.of(steps(stopped, model, count: 2, mode).1)
    #expect(Names.of(steps(stopped, model, count: 2, mode).1) == whole)
    let saved = Names.of(stopped)
    #expect(saved["state.step"] == [2])
    var restored = rule
    restored.prepare(for: model)
    restored.visitTensors(Loader(saved))
    #expect(restored.state.step == 2 && Names.of(restored) == saved)
    #expect(Names.of(steps(restored, model, count: 2, mode).1) == whole)
  }

  private final class Loader: TensorVisitor {
    private let values: [String: [Float]]
    init(_ values: [String: [Float]]) { self.values = values }

    override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
      tensor = Tensor(values[path(name)] ?? [], shape: tensor.shape).to(tensor.dataType)
    }
  }

  @Test func namesItsStateByParameter() {
    let (rule, _) = steps(Adam(), Network(), count: 1)
    let expected = ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]
    #expect(rule.state.names == expected)
    #expect(
      Set(Names.of(rule).keys)
        == Set(
          ["state.step"] + expected.map { "state.firstMoment." + $0 }
            + expected.map { "state.secondMoment." + $0 }))
    let moment = rule.state["firstMoment", "layers.1.bias"]?.item() ?? .nan
    #expect(abs(moment - 0.2) < 1e-6)
  }

  @Test(arguments: [DataType.float64, .float16, .bfloat16], ExecutionMode.allCases)
  func movesOtherElementTypes(_ type: DataType, _ mode: ExecutionMode) {
    for rule in Self.all {
      let single = steps(rule, [Tensor([1, 2] as [Float])], .float32, .eager)
      let other = steps(rule, [Tensor([1, 2] as [Float])], type, mode)
      #expect(other.dataType == type)
      let tolerance = type == .float64 ? 1e-5 : 0.05
      for (a, b) in zip(single.scalars(as: Double.self), other.scalars(as: Double.self)) {
        #expect(abs(a - b) < tolerance, "\(rule)")
      }
    }
  }

  /// Where float16 rounds epsilon to 0, a gradient of 0 must not become 0 / 0.
  @Test(arguments: all)
  func leavesAloneWhatHasNoGradient(_ rule: any Optimizer) {
    var model = [Tensor([1, 2] as [Float]).to(.float16)]
    func step<Rule: Optimizer>(_ rule: Rule) {
      var rule = rule
      rule.update(&model, with: [Tensor([0, 0.001] as [Float]).to(.float16)])
    }
    step(rule)
    #expect(abs(model[0][0].item() - 1) < 1e-3 && model[0][1].item() <= 2)
  }

  private func steps<Rule: Optimizer>(
    _ rule: Rule, _ start: [Tensor], _ type: DataType, _ mode: ExecutionMode
  ) -> Tensor {
    var (rule, model) = (rule, start.map { $0.to(type) })
    let gradients = [Tensor([0.5, -1] as [Float]).to(type)]
    let update = compile { (model: inout [Tensor], rule: inout Rule) in
      rule.update(&model, with: gradients)
    }
    for _ in 0..<3 {
      if mode == .compiled { update(&model, &rule) } else { rule.update(&model, with: gradients) }
    }
    return model[0]
  }

  @Test func runsARuleOfTheUsersOwn() {
    let (rule, model) = steps(SumSign(), Network(), count: 2)
    // With the decay, the gradients are (2, 1, 3) and then (1.5, 0.5, 2.5).
    #expect(model.layers[0].weight.scalars() == [1 - 0.75, 2 - 0.75, 3 - 0.75] as [Float])
    #expect(rule.state["sum", "layers.0.weight"]?.scalars() == [3.5, 1.5, 5.5] as [Float])
  }

  @Test func groupsAreChosenByPath() {
    var rule = SGD(learningRate: 0.1)
    rule.groups = [
      ParameterGroup(rateFactor: 0) { $0.hasPrefix("layers.0.") },
      ParameterGroup(rateFactor: 2, l1Decay: 1) { $0.hasSuffix("bias") },
    ]
    let model = steps(rule, Network(), count: 1).1
    #expect(model.layers[0].weight.scalars() == [1, 2, 3] as [Float])
    #expect(model.layers[0].bias.item() == 0.5)
    #expect(model.layers[1].weight.scalars() == [1 - 0.1, 2 + 0.1, 3] as [Float])
    #expect(abs(model.layers[1].bias.item() - (0.5 - 0.2 * (2 + 1))) < 1e-6)
  }

  @Test func steadyStateStaysInPlaceAndAllocatesNothing() {
    var (rule, model) = steps(AdamW(), Network(), count: 2)
    let gradients = gradients()
    rule.clipping = .norm(1)
    rule.update(&model, with: gradients)
    let places = [model.layers[1].weight.array.rawPointer, rule.state.slots[0][1].array.rawPointer]
    // Tests that run beside this one allocate too, but not all the time.
    let allocatesNothing = (0..<1000).contains { _ in
      let before = MemoryPool.shared.statistics.systemAllocations
      for _ in 0..<10 { rule.update(&model, with: gradients) }
      return MemoryPool.shared.statistics.systemAllocations == before
    }
    #expect(allocatesNothing)
    #expect(
      places == [model.layers[1].weight.array.rawPointer, rule.state.slots[0][1].array.rawPointer])
  }

  @Test func theMistakesOfAProgramStopIt() async {
    func message(_ result: ExitTest.Result?) -> String {
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }
    let shape = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var (rule, model) = (SGD(learningRate: 1), ["a": Tensor.zeros([2])])
      rule.update(&model, with: ["a": Tensor.zeros([3])])
    }
    #expect(
      message(shape).contains(
        "SGD.update: a is float32 [2], its gradient float32 [3]; they must be alike"))
    let group = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var (rule, model) = (Adam(), ["a": Tensor.zeros([2])])
      rule.groups = [ParameterGroup(rateFactor: 0) { $0 == "b" }]
      rule.update(&model, with: ["a": Tensor.zeros([2])])
    }
    #expect(message(group).contains(#"group 0 holds none of the parameters ["a"]"#))
    let count = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var (rule, model) = (Adam(), [Tensor.zeros([2])])
      rule.update(&model, with: [Tensor.zeros([2])])
      model.append(.zeros([2]))
      rule.update(&model, with: model)
    }
    #expect(
      message(count).contains(
        #"Adam.update: the model has 2 parameters, the gradients have 2, and the first step was "#
          + #"made with ["0"]"#))
    let limit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = GradientClipping.value(-1).clip([Tensor.ones([2])]) }
    #expect(message(limit).contains("GradientClipping: limit -1.0; it must not be negative"))
  }
}

struct GradientClippingTests {
  private let gradients = ["a": Tensor([3, 0] as [Float]), "b": Tensor([-4] as [Float])]

  @Test func theNormIsThatOfAllTogether() {
    #expect(abs(globalNorm(of: gradients) - 5) < 1e-6)
    #expect(globalNorm(of: Tensor([3000, 4000] as [Float]).to(.float16)) == 5000)
  }

  @Test func clipsByValueAndNorm() {
    let byValue = GradientClipping.value(2).clip(gradients)
    #expect(Names.of(byValue) == ["a": [2, 0], "b": [-2]])
    let byNorm = GradientClipping.norm(2.5).clip(gradients)
    #expect(abs(globalNorm(of: byNorm) - 2.5) < 1e-5)
    #expect(Names.of(GradientClipping.norm(6).clip(gradients)) == Names.of(gradients))
  }
}

struct ExponentialMovingAverageTests {
  @Test func takesOverBuffersAndLeavesItsCopiesAlone() {
    var average = ExponentialMovingAverage(of: Layer(), decay: 0.75)
    let first = average.model
    var model = Layer()
    model.weight = Tensor([5, 2, 3] as [Float])
    model.mean = Tensor([8] as [Float])
    average.update(with: model)
    #expect(average.model.weight.scalars() == [2, 2, 3] as [Float])
    #expect(average.model.mean.item() == 8 && average.model.scale.item() == 9)
    #expect(first.weight.scalars() == [1, 2, 3] as [Float] && first.mean.item() == 7)
  }

  @Test func warmsUp() {
    var average = ExponentialMovingAverage(
      of: [Tensor([1, 2] as [Float])], decay: 0.999, warmsUp: true)
    average.update(with: [Tensor([12, 2] as [Float])])
    #expect(abs(average.model[0].scalars(as: Float.self)[0] - 10) < 1e-5)
  }
}
