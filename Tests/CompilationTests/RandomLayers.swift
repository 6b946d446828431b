import Myelin

/// The operations of networks: layers with the tensors of the program as their parameters, losses,
/// lookups and loops.
extension ProgramWriter {
  /// Places below `bound`, of which some are the same.
  private func places(_ count: Int, below bound: Int) -> Tensor {
    let integer = integers[integers.count - 1].reshaped(to: [-1])
    return concatenate(Array(repeating: integer, count: count / integer.count + 1)).prefix(count)
      % Double(bound)
  }

  /// Numbers of which none is as large as another by chance: the largest is the same in spite of
  /// rounding.
  private func apart(_ x: Tensor) -> Tensor {
    tanh(x) * 0.01 + (Tensor.range(0..<x.count).to(.float32) * 0.7).reshaped(to: x.shape)
  }

  mutating func addConvolution(_ x: Tensor, _ y: Tensor) {
    let images = fitted(x, to: [2, 2, 4, 4])
    let stride = 1 + below(2)
    let padding: Padding = .each([below(2)])
    switch below(7) {
    case 0, 1:
      let bias = below(2) == 0 ? fitted(x, to: [3]) : nil
      let result = conv2D(
        images, weight: fitted(y, to: [3, 2, 3, 3]), bias: bias, stride: stride, padding: padding)
      add(below(2) == 0 ? relu(result * 0.2 + 0.01) : result * 0.2, "conv2D \(stride) \(padding)")
    case 2:
      let weight = fitted(y, to: [2, 1, 3, 2])
      add(conv2D(images, weight: weight, padding: padding, groups: 2) * 0.3, "conv2D in groups")
    case 3:
      let result = conv1D(
        fitted(x, to: [2, 3, 6]), weight: fitted(y, to: [4, 3, 3]), stride: stride,
        padding: padding)
      add(result * 0.3, "conv1D \(stride) \(padding)")
    case 4:
      let weight = fitted(y, to: [2, 2, 2, 2])
      add(convTranspose2D(images, weight: weight, stride: stride) * 0.3, "convTranspose2D")
    case 5: add(maxPool2D(apart(images), 2, stride: stride) * tanh(x).mean(), "maxPool2D")
    default: add(averagePool2D(images, 2, stride: stride), "averagePool2D")
    }
  }

  mutating func addNormalization(_ x: Tensor, _ y: Tensor) {
    switch below(5) {
    case 0:
      var layer = LayerNorm(4, epsilon: 0.1)
      layer.weight = fitted(y, to: [4])
      layer.bias = fitted(x, to: [4])
      let rows = fitted(x, to: [2, 3, 4])
      add(layer(rows + tanh(fitted(y, to: [2, 3, 4]))), "layer normalization of a residual")
    case 1:
      var layer = BatchNorm1D(4, epsilon: 0.1)
      layer.weight = fitted(y, to: [4])
      add(layer(fitted(x, to: [3, 4])), "batch normalization")
    case 2:
      var layer = BatchNorm2D(2, epsilon: 0.1)
      layer.bias = fitted(y, to: [2])
      let images = conv2D(
        fitted(x, to: [2, 2, 4, 4]), weight: fitted(y, to: [2, 2, 3, 3]), padding: 1)
      add(sigmoid(layer(images * 0.2)), "convolution, batch normalization, sigmoid")
    case 3:
      var layer = GroupNorm(2, 4, epsilon: 0.1)
      layer.weight = fitted(y, to: [4])
      add(layer(fitted(x, to: [2, 4, 3])), "group normalization")
    default:
      var layer = RMSNorm(4, epsilon: 0.1)
      layer.weight = fitted(y, to: [4])
      add(layer(fitted(x, to: [3, 4])), "RMS normalization")
    }
  }

  mutating func addLayer(_ x: Tensor, _ y: Tensor) {
    switch below(3) {
    case 0:
      let rows = fitted(x, to: [3, 4])
      let hidden = gelu(linear(rows, weight: fitted(y, to: [6, 4]), bias: fitted(x, to: [6])))
      let output = linear(hidden, weight: fitted(y, to: [4, 6]) * 0.3)
      add(rows + output, "two linear layers beside a residual")
    case 1:
      // The heads are views of one product.
      let rows = fitted(x, to: [2, 3, 4])
      let joined = linear(rows, weight: fitted(y, to: [12, 4])).reshaped(to: [2, 3, 3, 2, 2])
      let heads = (0..<3).map { joined[0..., 0..., $0].transposed(1, 2) }
      let scores = softmax(matmul(heads[0], heads[1].transposed(2, 3)) * 0.3, along: -1)
      add(matmul(scores, heads[2]).transposed(1, 2).reshaped(to: [2, 3, 4]), "attention")
    default:
      var source = RandomSource(seed: 3)
      let kept = source.bernoulli(x.shape, probability: 0.75)
      add(x * kept * (4.0 / 3), "dropout")
    }
  }

  mutating func addLookup(_ x: Tensor, _ y: Tensor) {
    let table = fitted(x, to: [4, 3])
    let places = places(7, below: 4)
    switch below(5) {
    case 0: add(table.take(places), "rows of a table")
    case 1: add(table.take(places.prefix(6).reshaped(to: [3, 2]), along: 0), "a table by places")
    case 2: add(table.adding(fitted(y, to: [7, 3]), at: places) * 0.5, "adding at places")
    case 3:
      let places = self.places(6, below: 3).reshaped(to: [2, 3])
      add(table.takeAlongAxis(places.prefix(2), axis: 0), "take along an axis")
    default:
      let places = self.places(8, below: 3).reshaped(to: [4, 2])
      let updates = fitted(y, to: [4, 2])
      add(table.addingAlongAxis(updates, at: places, axis: 1) * 0.5, "adding along an axis")
    }
  }

  mutating func addLoss(_ x: Tensor, _ y: Tensor) {
    let logits = fitted(x, to: [5, 4])
    let labels = places(5, below: 4)
    switch below(5) {
    case 0: add(crossEntropy(logits, labels), "cross entropy")
    case 1: add(crossEntropy(logits, labels, labelSmoothing: 0.1), "smoothed cross entropy")
    case 2:
      let weights = abs(fitted(y, to: [4])).detached() + 0.5
      add(crossEntropy(logits, labels, weights: weights, reduction: .none), "weighted losses")
    case 3: add(crossEntropy(logits, labels, ignoring: 7), "cross entropy of some labels")
    default:
      let projected = linear(fitted(x, to: [5, 4]), weight: fitted(y, to: [6, 4]))
      add(crossEntropy(projected, self.places(5, below: 6)), "cross entropy of a product")
    }
  }

  mutating func addLoop(_ x: Tensor, _ y: Tensor) {
    let sequence = fitted(x, to: [3, 2, 4])
    let start = fitted(y, to: [2, 4])
    let weight = fitted(y, to: [4, 4])
    switch below(4) {
    case 0:
      let (last, outputs) = scan(over: sequence, from: start) { state, x in
        state = tanh(linear(x, weight: weight, bias: weight[0]) + state)
        return state * 0.5
      }
      add(last, "the carry of a scan")
      add(outputs, "the outputs of a scan")
    case 1:
      let reversed = scan(over: sequence, from: [start, start], reversed: true) { state, x in
        state = [sigmoid(state[1]) * x, tanh(matmul(state[0], weight) * 0.5)]
        return state[0] + state[1]
      }
      add(reversed.outputs, "a scan backward")
    case 2:
      let isEven = (integers[integers.count - 1].sum() % 2) .== 0
      let chosen = conditional(isEven, then: { tanh(matmul(start, weight)) }) { start * 0.5 }
      add(chosen, "a branch")
    default:
      let limit = integers[integers.count - 1].reshaped(to: [-1])[0] % 4
      let last = whileLoop(
        from: [start, Tensor(0)], maximumSteps: 3, while: { $0[1] .< limit }
      ) {
        $0[0] = sin(matmul($0[0], weight) * 0.5)
        $0[1] = $0[1] + 1
      }
      add(last[0], "a while loop")
    }
  }
}
