import Myelin

/// A convolutional network that reads the 1,797 handwritten digits of `Digits`.
///
///     features     two times: convolution 3×3, ReLU, the largest of each 2×2 (8×8 → 4×4 → 2×2)
///     prediction   p = softmax(z), z = W · features + b       one probability for each digit
///     loss         L = −1/n · Σ log p(the right digit)
///     gradient     on 32 images at a time, in a new order each epoch
///     update       Adam
///
/// A convolution looks at 3×3 pixels with the same weights everywhere: a stroke is a stroke
/// wherever it is. A batch's gradient is an estimate of the whole set's, and many rough steps lead
/// further than few exact ones.
///
/// **When it stops.** When it reads 97 % of the *validation* images, which it is not trained on;
/// on those that it is, accuracy may rise by learning them by heart.
/// The *test* images decide nothing, not even when to stop, so that only their accuracy says what
/// to expect from new ones.
package enum DigitsCNN {
  static let goal = 0.97

  struct Network: Module {
    var convolution1 = Conv2D(1, 32, kernel: 3, padding: 1)
    var convolution2 = Conv2D(32, 64, kernel: 3, padding: 1)
    var output = Linear(64 * 2 * 2, 10)

    /// Images [n, 1, 8, 8] → logits [n, 10].
    func callAsFunction(_ images: Tensor) -> Tensor {
      let strokes = maxPool2D(relu(convolution1(images)), 2)
      let shapes = maxPool2D(relu(convolution2(strokes)), 2)
      return output(shapes.flattened())
    }
  }

  package static func run(seed: UInt64, maximum: Int) throws -> Outcome {
    let (rest, test) = try Digits.load().split(testFraction: 0.2, seed: seed)
    let (training, validation) = rest.split(testFraction: 0.25, seed: seed)
    let loader = DataLoader(training, batchSize: 32, seed: seed)
    var network = withRandomSeed(seed) { Network() }
    var optimizer = Adam(learningRate: 0.003)
    var lines = [
      "\(training.count) images to train on, \(validation.count) to validate, \(test.count) to test",
      "", heading("epoch", "loss", "validation"),
    ]
    var (epochs, loss, reached) = (0, 0.0, 0.0)

    while reached < goal && epochs < maximum {
      loss = 0
      for batch in loader.epoch(epochs) {
        let (batchLoss, gradients) = valueAndGradient(of: &network) { network in
          crossEntropy(network(batch.images), batch.labels)
        }
        optimizer.update(&network, with: gradients)
        loss += batchLoss.item() * Double(batch.count) / Double(training.count)
      }
      epochs += 1
      reached = accuracy(network(validation.images), validation.labels).item()
      lines.append(row(epochs, loss, reached))
    }

    let final = accuracy(network(test.images), test.labels).item()
    return Outcome(
      criterion: "\(percent(goal)) of the validation images are read right",
      hasConverged: reached >= goal, iterations: epochs, unit: "epochs", loss: loss,
      accuracy: final, lines: lines + ["", "test accuracy \(percent(final))"])
  }
}
