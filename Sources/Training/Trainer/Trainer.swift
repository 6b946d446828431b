import Arrays
import Datasets
import Optimizers
import Tensors

/// Trains a model: epochs or steps, validation, metrics, schedules, checkpoints, records.
///
///     var trainer = Trainer(
///       model: model, optimizer: AdamW(learningRate: 1e-3), metrics: [Accuracy()],
///       forward: { model, batch in model(batch.inputs) },
///       loss: { outputs, batch in crossEntropy(outputs, batch.targets) })
///     let ending = try trainer.run(
///       on: training, validation: validation, in: RunFolder("runs/digits"))
///     print(ending)
///     trainer.model
///
/// A value: a copy goes on from where the original stood. What it does in a step is what
/// `TrainerState` and `Objective` say; a loop written by hand uses the same parts.
///
/// Whatever the options, a run that was stopped, even by `kill -9`, and goes on with `resuming` ends
/// in the same bits as one that was not, on the same machine, if its source gives the same batches.
public struct Trainer<Model: TensorTree, Rule: Optimizer, Batch: ExampleBatch> {
  /// What steps change.
  public internal(set) var state: TrainerState<Model, Rule>
  /// What the model is trained for.
  public let objective: Objective<Model, Batch>
  /// What is measured beside the loss.
  public let metrics: [any Metric]
  /// Where the learning rate comes from.
  public let learningRate: LearningRate
  /// How the trainer goes about.
  public let options: TrainerOptions

  let functions: TrainerFunctions<Model, Rule, Batch>
  var position = RunPosition()
  /// The metrics of the running epoch up to the last line of the log, and since that line.
  var epochMetrics: [any Metric]
  var intervalMetrics: [any Metric]
  /// From where steps are made again when the loss has become NaN or infinite.
  var traceStart: TraceStart<Model, Rule>?

  /// A trainer of a model that has not learned yet.
  public init(
    model: Model, optimizer: Rule, objective: Objective<Model, Batch>,
    learningRate: LearningRate = .optimizer, metrics: [any Metric] = [],
    options: TrainerOptions = TrainerOptions()
  ) {
    if options.batchesPerStep < 1 || options.logInterval < 1 {
      stop(
        "Trainer: batchesPerStep is \(options.batchesPerStep), logInterval \(options.logInterval); "
          + "both must be at least 1")
    }
    state = TrainerState(model, optimizer, options)
    self.objective = objective
    self.metrics = metrics
    self.learningRate = learningRate
    self.options = options
    functions = TrainerFunctions(objective, metrics, options)
    (epochMetrics, intervalMetrics) = (metrics, metrics)
    if case .plateau(let plateau, _) = learningRate { position.plateau = plateau }
    if options.mixedPrecision == .float16 {
      state.gradients?.scale = Number(position.lossScale.scale)
    }
  }

  /// A trainer whose objective is written out.
  public init(
    model: Model, optimizer: Rule, learningRate: LearningRate = .optimizer,
    metrics: [any Metric] = [], options: TrainerOptions = TrainerOptions(),
    forward: @escaping @Sendable (Model, Batch) -> Tensor,
    loss: @escaping @Sendable (Tensor, Batch) -> Tensor,
    targets: @escaping @Sendable (Batch) -> Tensor
  ) {
    self.init(
      model: model, optimizer: optimizer,
      objective: Objective(forward: forward, loss: loss, targets: targets),
      learningRate: learningRate, metrics: metrics, options: options)
  }

  /// The model as it is now.
  public var model: Model { state.model }

  /// The best model that validation has found, where no folder keeps it.
  public internal(set) var bestModel: Model?

  /// The model that validation is of: the averaged one where averages are kept and validated.
  public var validatedModel: Model {
    options.averaging?.isValidated == true ? state.average?.model ?? state.model : state.model
  }

  /// Steps taken so far.
  public var step: Int { position.step }
}

extension Trainer where Batch == SampleBatch {
  /// A trainer on `SampleBatch`es, whose targets metrics compare outputs with.
  public init(
    model: Model, optimizer: Rule, learningRate: LearningRate = .optimizer,
    metrics: [any Metric] = [], options: TrainerOptions = TrainerOptions(),
    forward: @escaping @Sendable (Model, SampleBatch) -> Tensor,
    loss: @escaping @Sendable (Tensor, SampleBatch) -> Tensor
  ) {
    self.init(
      model: model, optimizer: optimizer, learningRate: learningRate, metrics: metrics,
      options: options, forward: forward, loss: loss, targets: { $0.targets })
  }
}

extension Trainer where Batch == Datasets.Batch {
  /// A trainer on batches of labelled images, whose labels metrics compare outputs with.
  public init(
    model: Model, optimizer: Rule, learningRate: LearningRate = .optimizer,
    metrics: [any Metric] = [], options: TrainerOptions = TrainerOptions(),
    forward: @escaping @Sendable (Model, Datasets.Batch) -> Tensor,
    loss: @escaping @Sendable (Tensor, Datasets.Batch) -> Tensor
  ) {
    self.init(
      model: model, optimizer: optimizer, learningRate: learningRate, metrics: metrics,
      options: options, forward: forward, loss: loss, targets: { $0.labels })
  }
}
