import Datasets
import Tensors
import Training

extension Recipe {
  /// The loss that the recipe names, or the usual one for its targets.
  func lossEntry(for targets: Targets) -> (kind: LossKind?, options: Entry) {
    if let entry = root["loss"] { return (LossKind.kind(entry.name), entry) }
    var reader = FormReader()
    let name = if case .numbers = targets { "mse" } else { "cross_entropy" }
    let node = RecipeNode(.scalar(name, isQuoted: false))
    let entry = reader.read(node, as: .variant(.loss), at: "loss")
    return (LossKind.kind(name), entry ?? root)
  }

  /// The scale of the numbers that are predicted; nil for classes and for probabilities.
  func targetScale(_ facts: DataFacts) -> Standardization? {
    root["loss"]?.name == "binary_cross_entropy" ? nil : facts.targetScale
  }

  /// What the model is trained for: outputs are [N, …] with a decision in each row, those of
  /// sequences one below the other.
  func objective(
    for targets: Targets, output: Features
  ) throws(RecipeError) -> Objective<RecipeModel, SampleBatch> {
    let (kind, options) = lossEntry(for: targets)
    guard let kind else {
      throw RecipeError(file: file.name, options.place, "there is no such loss")
    }
    try requireFit(kind, options, targets, output)
    let loss = kind.make(options)
    let width = targets.outputs
    // The loss is a mean over the weights of classes then, not over examples.
    var weight: (@Sendable (SampleBatch) -> Double)?
    if let entries = options["class_weights"]?.list {
      let weights = entries.map { Double(Float($0.number)) }
      weight = { Recipe.weight(of: $0, weights) }
    }
    switch targets {
    case .classes:
      return Objective(
        forward: { $0($1.inputs, lengths: $1.lengths) }, loss: { loss($0, $1.targets) },
        // Of a mixture the largest share counts.
        targets: { $0.targets.rank == 2 ? $0.targets.argmax(along: 1) : $0.targets },
        weight: weight)
    case .tokens:
      return Objective(
        forward: { $0($1.inputs).reshaped(to: [-1, width]) },
        loss: { loss($0, $1.targets.reshaped(to: [-1])) },
        targets: { $0.targets.reshaped(to: [-1]) }, weight: weight)
    case .numbers:
      return Objective(
        forward: { $0($1.inputs).reshaped(to: [-1, width]) },
        loss: { loss($0, $1.targets.reshaped(to: [-1, width])) },
        targets: { $0.targets.reshaped(to: [-1, width]) })
    }
  }

  /// The sum of the weights of a batch's targets; of mixtures, whose mean is one over examples, their
  /// number.
  private static func weight(of batch: SampleBatch, _ weights: [Double]) -> Double {
    if batch.targets.dataType.isFloatingPoint { return Double(batch.count) }
    return batch.targets.scalars(as: Int.self).reduce(0) { $0 + weights[$1] }
  }

  /// Throws where the loss is for other targets, or the last layer gives something else.
  private func requireFit(
    _ kind: LossKind, _ options: Entry, _ targets: Targets, _ output: Features
  ) throws(RecipeError) {
    let hasNumbers = if case .numbers = targets { true } else { false }
    guard (kind.demand == .numbers) == hasNumbers else {
      throw RecipeError(
        file: file.name, options.place,
        "\(kind.variant.name) is for \(hasNumbers ? "classes" : "numbers"), but the data's targets "
          + "are \(hasNumbers ? "numbers" : "classes")")
    }
    if case .classes(let weights)? = options["class_weights"].map({ Targets.classes($0.list.count) }
    ),
      weights != targets.outputs
    {
      throw RecipeError(
        file: file.name, options.place,
        "has \(weights) class weights, but the data have \(targets.outputs) classes")
    }
    try requireOutput(output, targets)
  }

  /// Throws where the last layer gives something else than targets ask for.
  func requireOutput(_ output: Features, _ targets: Targets) throws(RecipeError) {
    let expected: [Int]
    switch targets {
    case .classes(let count), .numbers(let count): expected = [count]
    case .tokens(let count): expected = Array(output.lengths.prefix(1)) + [count]
    }
    guard output.vocabulary == nil, output.lengths == expected else {
      let words = Features(expected).words
      throw RecipeError(
        file: file.name, root.value("model").place,
        "ends in \(output.words) for each example, but the data ask for \(words)"
          + (output.varies
            ? "; a recurrent layer with output: last makes one answer of a sequence"
            : output.rank > 1 ? "; flatten or a pool makes one axis of several" : ""))
    }
  }

  /// The metrics that the recipe names, or the usual ones.
  func metrics(for targets: Targets) throws(RecipeError) -> [any Metric] {
    let names: [(String, Place)]
    if let list = root["metrics"]?.list {
      names = list.map { ($0.name, $0.place) }
    } else {
      let usual =
        switch targets {
        case .classes: ["accuracy"]
        case .numbers: ["mae", "r2"]
        case .tokens: ["perplexity"]
        }
      names = usual.map { ($0, root.place) }
    }
    var metrics: [any Metric] = []
    for (name, place) in names {
      guard let kind = MetricKind.kind(name) else { continue }
      let hasNumbers = if case .numbers = targets { true } else { false }
      guard (kind.demand == .numbers) == hasNumbers else {
        throw RecipeError(
          file: file.name, place,
          "\(name) is for \(hasNumbers ? "classes" : "numbers"), but the data's targets are "
            + (hasNumbers ? "numbers" : "classes"))
      }
      metrics.append(kind.make(targets.outputs))
    }
    return metrics
  }
}
