import Myelin
import TestSupport
import Testing

private let file = GoldenFile.load("optimizers", from: .module)

/// The two parameters of the oracle's cases.
struct TwoParameters: TensorTree {
  var first: Tensor
  var second: Tensor

  init(first: Tensor, second: Tensor) {
    self.first = first
    self.second = second
  }

  /// The tensors `<role>.first` and `<role>.second`.
  init(_ golden: GoldenCase, _ role: String) throws {
    self.init(
      first: try golden.tensor("\(role).first"), second: try golden.tensor("\(role).second"))
  }

  /// Row `step` of each tensor.
  func row(_ step: Int) -> TwoParameters {
    TwoParameters(
      first: first.slice(step..<step + 1, along: 0).squeezed(0),
      second: second.slice(step..<step + 1, along: 0).squeezed(0))
  }
}

/// Every optimizer, option by option, along the oracle's trajectories.
struct TrajectoryTests {
  @Test(arguments: file.cases, ExecutionMode.allCases)
  func agreesWithTheOracle(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    switch golden.kind {
    case "SGD": try follow(golden, sgd(golden), mode)
    case "Adagrad": try follow(golden, adagrad(golden), mode)
    case "Adadelta": try follow(golden, adadelta(golden), mode)
    case "RMSprop": try follow(golden, rmsprop(golden), mode)
    case "Adam": try follow(golden, adam(golden), mode)
    case "AdamW": try follow(golden, adamW(golden), mode)
    case "NAdam": try follow(golden, nadam(golden), mode)
    case "Lion": try follow(golden, lion(golden), mode)
    case "ExponentialMovingAverage": try followAverage(golden, mode)
    default: Issue.record("nothing compares \(golden.kind)")
    }
  }

  private func follow<Rule: Optimizer>(
    _ golden: GoldenCase, _ made: Rule, _ mode: ExecutionMode
  ) throws {
    var optimizer = made
    try configure(&optimizer, golden)
    var model = try TwoParameters(golden, "start")
    let update = compile {
      (model: inout TwoParameters, rule: inout Rule, gradients: TwoParameters) in
      rule.update(&model, with: gradients)
    }
    let gradients = try TwoParameters(golden, "gradient")
    let rates = golden.has("rates") ? try golden.doubles("rates") : nil
    var path: [TwoParameters] = []
    for step in 0..<20 {
      if let rates { optimizer.learningRate = rates[step] }
      if mode == .compiled {
        update(&model, &optimizer, gradients.row(step))
      } else {
        optimizer.update(&model, with: gradients.row(step))
      }
      path.append(model)
    }
    #expect(optimizer.state.step == 20)
    // Rates and the number of the step change without another plan.
    if mode == .compiled { #expect(update.cachedPlans == 1) }
    try golden.expect(stack(path.map(\.first)), isCloseTo: "trajectory.first")
    try golden.expect(stack(path.map(\.second)), isCloseTo: "trajectory.second")
  }

  /// Sets what every optimizer has.
  private func configure<Rule: Optimizer>(_ optimizer: inout Rule, _ golden: GoldenCase) throws {
    optimizer.settings.l1Decay = try golden.double("absoluteDecay", or: 0)
    if golden.has("decoupledDecay") {
      optimizer.settings.decoupledDecay = try golden.double("decoupledDecay")
    }
    if golden.has("clipValue") { optimizer.clipping = .value(try golden.double("clipValue")) }
    if golden.has("clipNorm") { optimizer.clipping = .norm(try golden.double("clipNorm")) }
    guard let groups = golden.options["groups"]?.asObject else { return }
    for (name, group) in groups {
      let changes = try #require(group.asObject)
      #expect(changes.keys.allSatisfy { ["learningRate", "decay"].contains($0) })
      let decay = changes["decay"]?.asDouble
      let isDecoupled = Rule.self == AdamW.self
      optimizer.groups.append(
        ParameterGroup(
          rateFactor: (changes["learningRate"]?.asDouble ?? optimizer.learningRate)
            / optimizer.learningRate,
          l2Decay: isDecoupled ? nil : decay, decoupledDecay: isDecoupled ? decay : nil
        ) { $0 == name })
    }
  }

  private func followAverage(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
    let path = try TwoParameters(golden, "trajectory")
    var average = ExponentialMovingAverage(of: path.row(0), decay: try golden.double("decay"))
    var averages = [average.model]
    let update = compile {
      (average: inout ExponentialMovingAverage<TwoParameters>, model: TwoParameters) in
      average.update(with: model)
    }
    for step in 1..<20 {
      if mode == .compiled {
        update(&average, path.row(step))
      } else {
        average.update(with: path.row(step))
      }
      averages.append(average.model)
    }
    #expect(average.updates == 19)
    if mode == .compiled { #expect(update.cachedPlans == 1) }
    try golden.expect(stack(averages.map(\.first)), isCloseTo: "average.first")
    try golden.expect(stack(averages.map(\.second)), isCloseTo: "average.second")
  }
}

/// The optimizers with the options of a case; a case's option that none of them reads is an issue.
extension TrajectoryTests {
  private func check(_ golden: GoldenCase, _ read: Set<String>) {
    let common: Set = [
      "learningRate", "decay", "absoluteDecay", "decoupledDecay", "clipValue", "clipNorm", "groups",
      "rates",
    ]
    let unread = Set(golden.options.keys).subtracting(read).subtracting(common)
    #expect(unread.isEmpty, "\(golden.name): nothing reads these options")
  }

  private func sgd(_ golden: GoldenCase) throws -> SGD {
    check(golden, ["momentum", "nesterov"])
    return SGD(
      learningRate: try golden.double("learningRate"),
      momentum: try golden.double("momentum", or: 0),
      isNesterov: try golden.bool("nesterov", or: false),
      weightDecay: try golden.double("decay", or: 0))
  }

  private func adagrad(_ golden: GoldenCase) throws -> Adagrad {
    check(golden, ["rateDecay", "initialAccumulator", "epsilon"])
    return Adagrad(
      learningRate: try golden.double("learningRate"),
      rateDecay: try golden.double("rateDecay", or: 0),
      initialSum: try golden.double("initialAccumulator", or: 0),
      epsilon: try golden.double("epsilon", or: 1e-10),
      weightDecay: try golden.double("decay", or: 0))
  }

  private func adadelta(_ golden: GoldenCase) throws -> Adadelta {
    check(golden, ["rho", "epsilon"])
    return Adadelta(
      learningRate: try golden.double("learningRate"), rho: try golden.double("rho", or: 0.9),
      epsilon: try golden.double("epsilon", or: 1e-6),
      weightDecay: try golden.double("decay", or: 0))
  }

  private func rmsprop(_ golden: GoldenCase) throws -> RMSprop {
    check(golden, ["smoothing", "epsilon", "momentum", "centered"])
    return RMSprop(
      learningRate: try golden.double("learningRate"),
      smoothing: try golden.double("smoothing", or: 0.99),
      epsilon: try golden.double("epsilon", or: 1e-8),
      momentum: try golden.double("momentum", or: 0),
      isCentered: try golden.bool("centered", or: false),
      weightDecay: try golden.double("decay", or: 0))
  }

  private func adam(_ golden: GoldenCase) throws -> Adam {
    check(golden, ["beta1", "beta2", "epsilon", "usesMaximum"])
    return Adam(
      learningRate: try golden.double("learningRate"), beta1: try golden.double("beta1", or: 0.9),
      beta2: try golden.double("beta2", or: 0.999), epsilon: try golden.double("epsilon", or: 1e-8),
      isAMSGrad: try golden.bool("usesMaximum", or: false),
      weightDecay: try golden.double("decay", or: 0))
  }

  private func adamW(_ golden: GoldenCase) throws -> AdamW {
    check(golden, ["usesMaximum"])
    return AdamW(
      learningRate: try golden.double("learningRate"),
      isAMSGrad: try golden.bool("usesMaximum", or: false),
      weightDecay: try golden.double("decay", or: 0.01))
  }

  private func nadam(_ golden: GoldenCase) throws -> NAdam {
    check(golden, ["beta1", "beta2", "momentumDecay", "decoupled"])
    let decay = try golden.double("decay", or: 0)
    let isDecoupled = try golden.bool("decoupled", or: false)
    var optimizer = NAdam(
      learningRate: try golden.double("learningRate"), beta1: try golden.double("beta1", or: 0.9),
      beta2: try golden.double("beta2", or: 0.999),
      momentumDecay: try golden.double("momentumDecay", or: 4e-3),
      weightDecay: isDecoupled ? 0 : decay)
    optimizer.settings.decoupledDecay = isDecoupled ? decay : 0
    return optimizer
  }

  private func lion(_ golden: GoldenCase) throws -> Lion {
    check(golden, ["beta1", "beta2"])
    return Lion(
      learningRate: try golden.double("learningRate"), beta1: try golden.double("beta1"),
      beta2: try golden.double("beta2"), weightDecay: try golden.double("decay"))
  }
}
