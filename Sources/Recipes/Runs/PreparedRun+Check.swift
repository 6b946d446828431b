import Datasets
import Optimizers
import Training

extension PreparedRun {
  /// What can be said of the training before it begins; see `ModelCheck`.
  ///
  /// - Parameters:
  ///   - batches: How many batches' examples are looked at.
  ///   - overfits: Whether it is tried to learn one batch by heart.
  /// - Throws: `DatasetError` when data cannot be read.
  package func check(batches: Int, overfits: Bool) throws -> ModelCheck {
    // Tokens are rare and frequent by nature, and each text's own.
    let classes: Int? = if case .classes(let count) = data.targets { count } else { nil }
    var dataCheck = DataCheck(classCount: classes)
    var first: SampleBatch?
    let stream = data.training.batches(epoch: 0, from: 0)
    for _ in 0..<batches {
      guard let batch = try stream.next() else { break }
      first = first ?? batch
      dataCheck.add(batch.inputs, batch.targets)
    }
    guard let first = first.map(unmixed) else {
      throw RecipeError(file: recipe.file.name, Place(path: "data"), "gives no batch")
    }
    return try check(recipe.makeOptimizer(), first, dataCheck, overfits: overfits)
  }

  /// What the loss takes outputs for. A last linear layer can give every number, whatever range its
  /// first weights show.
  private var lossInput: LossInput? {
    let input = recipe.lossInput
    return input == .numbers && plan.layers.last?.name == "linear" ? nil : input
  }

  /// A batch whose targets are classes also where examples are mixed: the loss of probabilities never
  /// comes near 0, however well they are learned.
  private func unmixed(_ batch: SampleBatch) -> SampleBatch {
    guard case .classes = data.targets else { return batch }
    return SampleBatch(
      inputs: batch.inputs, targets: objective.targets(batch), lengths: batch.lengths)
  }

  private func check(
    _ rule: some Optimizer, _ batch: SampleBatch, _ dataCheck: DataCheck, overfits: Bool
  ) -> ModelCheck {
    ModelCheck(
      makeModel(), rule, batch, objective, options: options, data: dataCheck,
      epochExamples: data.training.exampleCount, lossInput: lossInput,
      overfitting: overfits ? Overfitting.Settings() : nil)
  }
}

extension Recipe {
  /// What the recipe's loss takes outputs for; nil where the usual one is taken or nothing is known.
  var lossInput: LossInput? {
    switch root["loss"]?.name {
    case "cross_entropy", "focal", "hinge": .logits
    case "binary_cross_entropy": .binaryLogits
    case "mse", "mae", "huber": .numbers
    default: nil
    }
  }
}
