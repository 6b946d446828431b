import Myelin

/// A training run of an `ImageClassifier`: the model and all that changes with it.
package struct ClassifierTraining {
  /// How a run came to its end.
  package enum Ending: Sendable, Hashable {
    case finished
    /// During this epoch, from 1.
    case interrupted(epoch: Int)
  }

  /// What a step changes.
  private struct State: TensorTree {
    var model: ImageClassifier
    var optimizer: AdamW
  }

  package var model: ImageClassifier { state.model }
  private var state: State
  private let plan: TrainingPlan
  private let loader: DataLoader
  private let schedule: CosineSchedule
  private let step: CompiledStep<State, (Tensor, Tensor), Batch>
  private var stepCount = 0

  /// - Throws: `CommandError` when there is nothing to train on.
  package init(_ images: LabelledImages, _ plan: TrainingPlan) throws(CommandError) {
    guard !images.isEmpty else { throw CommandError("there is no image to train on") }
    self.plan = plan
    loader = DataLoader(
      images, batchSize: plan.batchSize, seed: plan.seed, largestShift: plan.largestShift)
    schedule = CosineSchedule(from: plan.learningRate, steps: plan.epochs * loader.batchCount)
    state = State(
      model: withRandomSeed(plan.seed) {
        ImageClassifier(images.size, classCount: images.classCount)
      },
      optimizer: AdamW(learningRate: plan.learningRate, weightDecay: plan.weightDecay))
    step = compile { state, batch in
      let (loss, correct, gradients) = valueAndGradient(of: &state.model) { model in
        let logits = model(batch.images)
        let correct = accuracy(logits, batch.labels)
        return (crossEntropy(logits, batch.labels, labelSmoothing: plan.labelSmoothing), correct)
      }
      state.optimizer.update(&state.model, with: gradients)
      return (loss, correct)
    }
  }

  /// Trains to the end of the plan, or until `isInterrupted` says so after a step.
  ///
  /// - Throws: `CommandError` when the loss is no longer a number, and what `onStep` throws.
  package mutating func run(
    isInterrupted: () -> Bool,
    onStep: (TrainingProgress, _ endsEpoch: Bool) throws(CommandError) -> Void
  ) throws(CommandError) -> Ending {
    let start = ContinuousClock.now
    for epoch in 0..<plan.epochs {
      var (seen, correct, loss) = (0, 0, 0.0)
      for batch in loader.epoch(epoch) {
        let result = train(on: batch)
        seen += batch.count
        correct += result.correct
        loss += result.loss * Double(batch.count)
        guard loss.isFinite else {
          throw CommandError("training diverged in epoch \(epoch + 1): the loss is \(result.loss)")
        }
        let progress = TrainingProgress(
          epoch: epoch + 1, epochCount: plan.epochs,
          examples: epoch * loader.exampleCount + seen,
          exampleCount: plan.epochs * loader.exampleCount, loss: loss / Double(seen),
          accuracy: Double(correct) / Double(seen), seconds: (ContinuousClock.now - start).seconds)
        try onStep(progress, seen == loader.exampleCount)
        if isInterrupted() { return .interrupted(epoch: epoch + 1) }
      }
    }
    return .finished
  }

  /// One step; its mean loss, and how many images were classified right.
  private mutating func train(on batch: Batch) -> (loss: Double, correct: Int) {
    state.optimizer.learningRate = schedule(stepCount)
    stepCount += 1
    let (loss, accuracy) = step(&state, batch)
    return (loss.item(), Int((accuracy.item() * Double(batch.count)).rounded()))
  }
}

extension Duration {
  /// In seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
