import Datasets
import NeuralNetworks
import Optimizers
import Tensors
import Training

/// A recipe with its data opened and its model planned: all that can be wrong before training has been
/// looked for.
///
///     let run = try PreparedRun(Recipe(RecipeFile(contentsOf: "mnist.yaml")))
///     let outcome = try run.train(in: RunFolder("runs/mnist"))
package struct PreparedRun: Sendable {
  package let recipe: Recipe
  package let data: RecipeData
  package let plan: ModelPlan
  package let objective: Objective<RecipeModel, SampleBatch>
  package let metrics: [any Metric]
  package let options: TrainerOptions

  /// Opens data, plans the model and checks that loss, metrics and targets fit each other.
  ///
  /// - Parameter facts: What a run has saved of its data, for all that is done with its model.
  /// - Throws: `RecipeError` for what the recipe says wrong, `DatasetError` and `TextError` for data
  ///   that cannot be read.
  package init(_ recipe: Recipe, using facts: DataFacts? = nil) throws {
    self.recipe = recipe
    let file = recipe.file.name
    data = try RecipeData(recipe, using: facts)
    plan = try ModelPlan(
      recipe.model, input: data.features, targets: data.targets, file: file)
    objective = try recipe.objective(for: data.targets, output: plan.output)
    metrics = try recipe.metrics(for: data.targets)
    options = try recipe.trainerOptions(metrics: metrics.map(\.name))
    if facts == nil { try requireWholeBatches() }
  }

  /// Steps of the whole run.
  package var stepCount: Int { recipe.stepCount(batchesPerEpoch: data.training.batchCount) }

  /// The model with its first weights.
  package func makeModel() -> RecipeModel {
    plan.makeModel(seed: recipe.seed, targetScale: recipe.targetScale(data.facts))
  }

  /// Batch normalization cannot learn from a single number.
  private func requireWholeBatches() throws(RecipeError) {
    let size = recipe.batchSize
    let last = data.training.exampleCount % size
    guard plan.needsTwoExamples, size == 1 || last == 1 else { return }
    let entry = recipe.training["batch_size"] ?? recipe.training
    throw RecipeError(
      file: recipe.file.name, entry.place,
      "makes a batch of one example, of which batch_norm cannot learn; "
        + (size == 1 ? "2 is the least" : "drop_last: true leaves it out"))
  }

  /// Trains, in a folder if one is given; see `Trainer.run`. The folder also gets the recipe as it is
  /// run, and what predictions need to know of the data.
  package func train(
    in folder: RunFolder?, resuming: Bool = false, callbacks: [any TrainingCallback] = [],
    isInterrupted: @escaping () -> Bool = { false }
  ) throws -> TrainedRun {
    if let folder, !resuming { try RunFiles(folder).requireFree() }
    let rule = try recipe.makeOptimizer()
    return try train(
      with: rule, in: folder, resuming: resuming, callbacks: callbacks,
      isInterrupted: isInterrupted)
  }

  private func train(
    with rule: some Optimizer, in folder: RunFolder?, resuming: Bool,
    callbacks: [any TrainingCallback], isInterrupted: @escaping () -> Bool
  ) throws -> TrainedRun {
    var trainer = Trainer(
      model: makeModel(), optimizer: rule, objective: objective,
      learningRate: try recipe.learningRate(of: rule, steps: stepCount), metrics: metrics,
      options: options)
    let ending = try trainer.run(
      on: data.training, validation: data.validation, in: folder, resuming: resuming,
      record: RunRecord(seed: recipe.seed), callbacks: callbacks, isInterrupted: isInterrupted,
      prepare: {
        if let folder, !resuming { try RunFiles(folder).write(recipe, data.facts) }
      })
    return TrainedRun(ending: ending, model: trainer.bestModel ?? trainer.validatedModel)
  }

  /// Tests a model on some examples, with the metrics of the recipe and, for up to 1,000 classes, how
  /// often each was taken for each.
  ///
  /// - Parameter ranking: For classes: how many of the worst and of the best examples are found in
  ///   the same pass, for `report(_:of:)`.
  package func evaluate(
    _ model: RecipeModel, on source: any BatchSource<SampleBatch>, ranking count: Int = 0
  ) throws(DatasetError) -> Evaluation {
    var all = metrics
    if case .classes(let classes) = data.targets {
      if classes <= 1000 { all.append(ConfusionMatrix(classCount: classes)) }
      if count > 0 { all.append(RankedExamples(keeping: count)) }
    }
    let tester = Trainer(
      model: model, optimizer: SGD(learningRate: 0), objective: objective, metrics: all,
      options: options)
    return try tester.evaluate(model, on: source)
  }
}

/// What came of a run.
package struct TrainedRun: Sendable {
  package let ending: TrainingEnding
  /// The model as it is at the end, or its average where averages are kept; without a folder, which
  /// would have it, the best one that validation has found.
  package let model: RecipeModel
}

extension ModelPlan {
  /// Whether a layer normalizes single numbers over the batch.
  var needsTwoExamples: Bool { layers.contains { $0.needsTwoExamples } }
}
