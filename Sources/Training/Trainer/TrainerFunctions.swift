import Datasets
import Optimizers
import Tensors

/// What a batch gives beside a changed state.
struct StepResult: TensorTree {
  /// The mean over the batch.
  var loss: Tensor
  /// What each metric wants to know.
  var observations: [[Tensor]]
  /// The norm of the gradients, or nothing.
  var gradientNorm: [Tensor] = []
  /// Whether each sum of gradients is finite, or nothing where that does not matter.
  var areFinite: [Tensor] = []
}

/// The three functions of training, compiled or as they are written.
struct TrainerFunctions<Model: TensorTree, Rule: Optimizer, Batch: ExampleBatch>: Sendable {
  typealias State = TrainerState<Model, Rule>

  /// Learns from a batch: a whole step, or where gradients are summed its first part.
  let learn: @Sendable (inout State, Batch) -> StepResult
  /// The second part of a step: moves the model along the summed gradients.
  let move: @Sendable (inout State) -> [Tensor]
  /// Tests a model on a batch.
  let test: @Sendable (Model, Batch) -> StepResult

  init(
    _ objective: Objective<Model, Batch>, _ metrics: [any Metric], _ options: TrainerOptions
  ) {
    let (precision, measuresNorm) = (options.mixedPrecision, options.measuresGradientNorm)

    @Sendable func result(_ outputs: Tensor, _ batch: Batch, _ loss: Tensor) -> StepResult {
      let outputs = outputs.detached()
      let targets = objective.targets(batch)
      return StepResult(
        loss: loss, observations: metrics.map { $0.observation(of: outputs, targets) })
    }

    /// The result and the gradients of a batch.
    @Sendable func differentiate(
      _ model: inout Model, _ batch: Batch, scale: Number
    ) -> (StepResult, Model) {
      let (_, pair, gradients) = valueAndGradient(of: &model) { model in
        let outputs = objective.outputs(of: model, batch, precision)
        let loss = objective.loss(outputs, batch)
        return (scale.isKnown(toBe: 1) ? loss : loss.scaled(by: scale), [loss, outputs])
      }
      return (result(pair[1], batch, pair[0]), gradients)
    }

    let step = { @Sendable (state: inout State, batch: Batch) -> StepResult in
      var (result, gradients) = differentiate(&state.model, batch, scale: 1)
      if measuresNorm { result.gradientNorm = [GradientSum.norm(of: gradients)] }
      state.update(with: gradients)
      return result
    }
    let sum = { @Sendable (state: inout State, batch: Batch) -> StepResult in
      let scale = state.gradients?.scale ?? 1
      var (result, gradients) = differentiate(&state.model, batch, scale: scale)
      state.gradients?.add(gradients)
      if precision == .float16 { result.areFinite = state.gradients?.areFinite ?? [] }
      return result
    }
    let move = { @Sendable (state: inout State) -> [Tensor] in
      guard let gradients = state.gradients?.mean(for: state.model) else { return [] }
      let norm = measuresNorm ? [GradientSum.norm(of: gradients)] : []
      state.update(with: gradients)
      state.gradients?.clear()
      return norm
    }
    let test = { @Sendable (model: Model, batch: Batch) -> StepResult in
      let outputs = objective.outputs(of: model, batch, precision)
      return result(outputs, batch, objective.loss(outputs, batch))
    }

    let learn = options.sumsGradients ? sum : step
    guard options.isCompiled else {
      (self.learn, self.move, self.test) = (learn, move, test)
      return
    }
    let (learning, moving, testing) = (compile(learn), compile(move), compile(test))
    self.learn = { learning(&$0, $1) }
    self.move = { moving(&$0) }
    self.test = { testing($0, $1) }
  }
}

extension Objective {
  /// The outputs, float32 also where the pass itself is in 16 bits.
  func outputs(of model: Model, _ batch: Batch, _ precision: MixedPrecision?) -> Tensor {
    guard let type = precision?.dataType else { return forward(model, batch) }
    func narrow(_ tensor: Tensor) -> Tensor {
      tensor.dataType == .float32 ? tensor.to(type) : tensor
    }
    return forward(model.mapParameters(narrow), batch.mapTensors(narrow)).to(.float32)
  }
}
