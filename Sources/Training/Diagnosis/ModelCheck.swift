import Arrays
import Datasets
import Optimizers
import Tensors

/// What can be said of a training before it begins: see `init`. Printing shows all of it.
public struct ModelCheck: Sendable, Codable, Hashable {
  /// Layers, shapes, parameters; nil where the data are too wrong to compute with.
  public private(set) var summary: ModelSummary?
  /// Operations, memory, time; nil where the data are too wrong to compute with.
  public private(set) var cost: StepCost?
  /// Seconds that the steps of an epoch take; nil where none was timed, or nobody said how many
  /// examples an epoch has.
  public private(set) var secondsPerEpoch: Double?
  /// How well one batch was learned; nil where that was not tried.
  public private(set) var overfitting: Overfitting?
  /// What is wrong, the worst first.
  public private(set) var findings: [Finding] = []

  /// Checks data, then one batch's way through the model, the loss and the gradients, then the cost
  /// of a step, then whether the batch can be learned. Nothing is changed.
  ///
  /// - Parameters:
  ///   - data: A check that has seen examples; the model runs only where it allows training.
  ///   - batch: A batch as training has it.
  ///   - epochExamples: Examples in an epoch.
  ///   - lossInput: What the loss takes outputs for; nil for a loss of which nothing is known.
  ///   - overfitting: How the attempt to learn the batch goes about; nil leaves it out.
  public init<Model: TensorTree, Rule: Optimizer, Batch: ExampleBatch>(
    _ model: Model, _ optimizer: Rule, _ batch: Batch, _ objective: Objective<Model, Batch>,
    options: TrainerOptions = TrainerOptions(), data: DataCheck? = nil,
    epochExamples: Int? = nil, lossInput: LossInput? = nil,
    overfitting settings: Overfitting.Settings? = Overfitting.Settings(), timedSteps: Int = 3
  ) {
    findings = data?.findings ?? []
    if data?.allowsTraining ?? true {
      summary = ModelSummary(of: model) { objective.forward(model, batch) }
      findings += ModelCheck.outputFindings(model, batch, objective, lossInput)
      findings += ModelCheck.gradientFindings(model, batch, objective)
      let cost = StepCost(
        model, optimizer, batch, objective, options: options, timing: timedSteps)
      self.cost = cost
      secondsPerEpoch = epochExamples.flatMap { cost.seconds(examples: $0) }
      if let finding = cost.finding { findings.append(finding) }
      if let settings, cost.fitsIntoMemory {
        let overfitting = Overfitting(model, optimizer, batch, objective, settings)
        self.overfitting = overfitting
        if let finding = overfitting.finding { findings.append(finding) }
      }
    }
    findings.sort { $0.severity > $1.severity }
  }

  /// The severity of the worst finding; nil where there is none.
  public var worst: Finding.Severity? { findings.first?.severity }

  private static func outputFindings<Model: TensorTree, Batch: ExampleBatch>(
    _ model: Model, _ batch: Batch, _ objective: Objective<Model, Batch>, _ input: LossInput?
  ) -> [Finding] {
    let outputs = objective.forward(model, batch)
    var findings = input?.findings(outputs: outputs, targets: objective.targets(batch)) ?? []
    if findings.contains(where: { $0.severity == .error }) { return findings }
    let loss = objective.loss(outputs, batch)
    if loss.count == 1, !loss.item().isFinite {
      let origin = NonFiniteOrigin(model, batch, objective)
      findings.append(
        origin?.finding
          ?? Finding(
            .error, .nonFiniteLoss, at: "loss", figure: "\(loss.item()) before the first step",
            advice: "look at the outputs: nothing can be learned from this loss"))
    }
    return findings
  }

  private static func gradientFindings<Model: TensorTree, Batch: ExampleBatch>(
    _ model: Model, _ batch: Batch, _ objective: Objective<Model, Batch>
  ) -> [Finding] {
    let paths = unreachedParameters(of: model) {
      objective.loss(objective.forward($0, batch), batch)
    }
    return paths.map {
      Finding(
        .error, .unreachedParameter, at: $0, figure: "the loss does not depend on it",
        advice: "use it in the forward pass, or make it a let or a @Buffer")
    }
  }
}

extension ModelCheck: CustomStringConvertible {
  public var description: String {
    var parts: [String] = []
    if let summary { parts.append("\(summary)") }
    if let cost { parts.append("\(cost)") }
    if let secondsPerEpoch {
      parts.append("an epoch takes about \(Words.duration(secondsPerEpoch)), without reading data")
    }
    if let overfitting { parts.append("\(overfitting)") }
    parts.append(
      findings.isEmpty
        ? "no mistakes found" : findings.map(\.description).joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }
}
