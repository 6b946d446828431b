import Myelin

struct Classifier: Module {
  var output = Linear(4, 3)
  func callAsFunction(_ x: Tensor) -> Tensor { output(x) }
}

// snippet: state and batch
struct TrainingState: TensorTree {
  var model = Classifier()
  var optimizer = Adam(learningRate: 1e-3)
}
struct Batch: TensorTree {
  let images: Tensor
  let labels: Tensor
}
// end

func compiledStep(_ batches: [Batch]) -> (Double, Int) {
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
  for batch in batches { print(step(&state, batch).item()) }
  // end
  // snippet: a plan
  print(step.plans[0])  // one line a kernel
  print(step.plans[0].peakBytes)  // memory of a run, known before the first
  // end
  return (last, step.cachedPlans)
}
