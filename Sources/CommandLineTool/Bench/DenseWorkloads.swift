import Myelin

/// 2-4-1 with sigmoids: the cost of the operations themselves, since the arithmetic is nothing.
private struct XORNetwork: Layer {
  var hidden = Linear(2, 4)
  var output = Linear(4, 1)

  func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(output(sigmoid(hidden(x)))) }
}

/// Linear layers with ReLU between them.
private struct DenseNetwork: Layer {
  var layers: [Linear]

  init(_ sizes: [Int]) {
    layers = zip(sizes, sizes.dropFirst()).map { Linear($0, $1) }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    var x = x
    for layer in layers.dropLast() { x = relu(layer(x)) }
    return layers[layers.count - 1](x)
  }
}

extension Workload {
  static let xor = Workload(
    "xor", batch: 4, iterations: 2000, operations: denseOperations([2, 4, 1]),
    model: { XORNetwork() },
    data: { _, _ in ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]) },
    loss: { mse($0, $1) })

  static func dense(
    _ name: String, _ sizes: [Int], batch: Int, iterations: Int
  ) -> Workload {
    Workload(
      name, batch: batch, iterations: iterations, operations: denseOperations(sizes),
      model: { DenseNetwork(sizes) },
      data: { data, batch in
        (
          data.numbers([batch, sizes[0]]),
          data.labels([batch], below: sizes[sizes.count - 1])
        )
      },
      loss: { crossEntropy($0, $1) })
  }

  private static func denseOperations(_ sizes: [Int]) -> OperationCount {
    let layers = zip(sizes, sizes.dropFirst()).map { OperationCount.product($0, $1) }
    return OperationCount(first: layers[0], rest: layers.dropFirst().reduce(0, +))
  }
}
