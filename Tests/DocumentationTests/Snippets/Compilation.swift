import Myelin

struct Classifier: Module {
  var output = Linear(64, 10)
  func callAsFunction(_ images: Tensor) -> Tensor { output(images.flattened()) }
}

// snippet: a state
struct TrainingState: TensorTree {
  var model = Classifier()
  var optimizer = Adam(learningRate: 1e-3)
}
// end

func compiledStep(_ loader: DataLoader) -> (Double, Int) {
  var last = 0.0
  func print(_ loss: Double) { last = loss }
  func print(_ plan: Plan) {}
  func print(_ bytes: Int) {}
  // snippet: a compiled step
  let step = compile { (state: inout TrainingState, batch: Batch) -> Tensor in
    let (loss, gradients) = valueAndGradient(of: &state.model) {
      crossEntropy($0(batch.images), batch.labels)
    }
    state.optimizer.update(&state.model, with: gradients)
    return loss
  }

  var state = TrainingState()
  for batch in loader.epoch(0) { print(step(&state, batch).item()) }
  // end
  // snippet: a plan
  print(step.plans[0])  // one line a kernel
  print(step.plans[0].peakBytes)  // memory of a run, known before the first
  // end
  return (last, step.cachedPlans)
}
