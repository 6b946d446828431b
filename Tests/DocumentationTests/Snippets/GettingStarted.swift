import Myelin

func tensors() -> Tensor {
  // snippet: tensors
  let x: Tensor = [[1, 2, 3], [4, 5, 6]]  // float32, shape [2, 3]
  let ones = Tensor.ones([3])
  let y = x * 2 + ones  // broadcasts as NumPy does
  let rowSums = y.sum(along: 1)  // [15, 33]
  let product = matmul(x, x.transposed())  // [2, 2]
  let corner = x[0, 1...]  // [2, 3]
  print(product, corner, rowSums.shape, rowSums.scalars(as: Float.self))
  // end
  return rowSums
}

func elementTypes() -> Tensor {
  let scores: Tensor = [1, 2, 3]
  // snippet: element types
  let labels = Tensor([0, 2, 1])  // [Int] gives int64
  let weights = labels.to(.float32) * scores
  // end
  return weights
}

func gradientsOfTensors() -> (Tensor, Tensor) {
  // snippet: gradients
  let x: Tensor = [1, 2, 3]
  let slope = gradient(of: x) { ($0 * $0).sum() }  // 2x
  let curvature = gradient(of: x) { x in
    gradient(of: x) { ($0 * $0 * $0).sum() }.sum()  // 6x
  }
  // end
  return (slope, curvature)
}

// snippet: model
struct DigitClassifier: Module {
  var convolution1 = Conv2D(1, 16, kernel: 3, padding: 1)
  var convolution2 = Conv2D(16, 32, kernel: 3, padding: 1)
  var dropout = Dropout(0.2)
  var output = Linear(32 * 4 * 4, 10)

  func callAsFunction(_ images: Tensor) -> Tensor {
    let features = relu(convolution2(relu(convolution1(images))))
    return output(dropout(maxPool2D(features, 2).flattened()))
  }
}
// end

func namesOfParameters() -> [String] {
  // snippet: parameters
  let model = DigitClassifier()
  for parameter in model.namedTensors where parameter.role == .parameter {
    print(parameter.path, parameter.tensor.shape)  // convolution1.weight [16, 1, 3, 3], …
  }
  print(model.parameterCount)
  // end
  return model.namedTensors.map(\.path)
}

func trainingDigits() throws -> Double {
  // snippet: training
  let (training, test) = try Digits.load().split(testFraction: 0.2, seed: 1)
  let loader = DataLoader(training, batchSize: 64, seed: 1)
  var model = withRandomSeed(1) { DigitClassifier() }
  var optimizer = AdamW(learningRate: 3e-3, weightDecay: 0.01)
  let schedule = CosineSchedule(from: 3e-3, steps: 10 * loader.batchCount)

  var step = 0
  for epoch in 0..<10 {
    for batch in loader.epoch(epoch) {
      optimizer.learningRate = schedule(step)
      step += 1
      let (loss, gradients) = valueAndGradient(of: &model) { model in
        crossEntropy(model(batch.images), batch.labels)
      }
      optimizer.update(&model, with: gradients)
      if step % 50 == 0 { print("epoch \(epoch), loss \(loss.item())") }
    }
  }
  // end
  // snippet: evaluation
  let predicted = model(test.images).argmax(along: 1)
  let accuracy = (predicted .== test.labels).to(.float32).mean().item()
  // end
  return accuracy
}

func sequential() -> Tensor {
  // snippet: sequential
  let network = Sequential {
    Conv2D(1, 16, kernel: 3, padding: 1)
    relu
    Residual {
      Conv2D(16, 16, kernel: 3, padding: 1, bias: false)
      BatchNorm2D(16)
      relu
    }
    GlobalAveragePool2D()
    Linear(16, 10)
  }
  let logits = network(Tensor.zeros([8, 1, 8, 8]))  // [8, 10]
  // end
  return logits
}

func copies(_ loader: DataLoader) -> (Double, Double) {
  var model = DigitClassifier()
  var optimizer = SGD(learningRate: 0.1)
  let batch = loader.dataset.batch(Array(0..<32))
  let (images, labels) = (batch.images, batch.labels)
  // snippet: copies
  let before = model  // a copy of the whole model
  let gradients = gradient(of: &model) { crossEntropy($0(images), labels) }
  optimizer.update(&model, with: gradients)
  let change = crossEntropy(model(images), labels) - crossEntropy(before(images), labels)
  // end
  return (change.item(), globalNorm(of: gradients))
}

func randomness() -> Bool {
  // snippet: randomness
  let first = withRandomSeed(7) { Linear(784, 128) }
  let second = withRandomSeed(7) { Linear(784, 128) }
  let areEqual = (first.weight .== second.weight).all()  // true
  // end
  return areEqual.scalars(as: Bool.self)[0]
}
