import Myelin

func trainingStep() -> (Double, Double) {
  let images = withRandomSeed(1) { RandomSource.withCurrent { $0.normal([4, 3]) } }
  let labels = Tensor([0, 1, 1, 0])
  var model = withRandomSeed(2) { Linear(3, 2) }
  var optimizer = AdamW(learningRate: 1e-2)
  // snippet: training step
  let (loss, gradients) = valueAndGradient(of: &model) { model in
    crossEntropy(model(images), labels)
  }
  optimizer.update(&model, with: gradients)
  // end
  return (loss.item(), crossEntropy(model(images), labels).item())
}

func modes(_ model: DigitClassifier, _ images: Tensor) -> [Tensor] {
  // snippet: modes
  let prediction = model(images)  // dropout does nothing
  let sample = withTraining(true) { model(images) }  // dropout drops
  let saliency = withTraining(false) {
    gradient(of: images) { model($0).max(along: 1).sum() }  // a gradient at inference
  }
  // end
  return [prediction, sample, saliency]
}

struct Backbone: Module {
  var backbone = Linear(4, 4)
  var head = Linear(4, 2)
  func callAsFunction(_ x: Tensor) -> Tensor { head(relu(backbone(x))) }
}

func optimizerOptions() -> AdamW {
  // snippet: optimizer options
  var optimizer = AdamW(learningRate: 1e-3, weightDecay: 0.05)
  optimizer.clipping = .norm(1)
  optimizer.groups = [
    ParameterGroup(rateFactor: 0.1) { $0.hasPrefix("backbone.") },
    ParameterGroup(decoupledDecay: 0) { $0.hasSuffix(".bias") },
  ]
  // end
  return optimizer
}

func updated(_ model: Backbone, by optimizer: AdamW) -> Backbone {
  var (model, optimizer) = (model, optimizer)
  let gradients = gradient(of: model) { square($0(Tensor.ones([1, 4]))).sum() }
  optimizer.update(&model, with: gradients)
  return model
}

// snippet: roles
struct Scale: Layer {
  var factor: Tensor  // trained, like nn.Parameter
  @Buffer var count = Tensor(0)  // saved but not trained, like register_buffer
  let offset: Tensor  // neither

  func callAsFunction(_ input: Tensor) -> Tensor {
    if isTraining { $count.setNext($count.latest + 1) }
    return input * factor + offset
  }
}
// end
