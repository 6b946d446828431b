import Myelin

/// 2-4-1 with sigmoids: the cost of the operations themselves, since the arithmetic is nothing.
private struct XORNetwork: Module {
  var hidden = Linear(2, 4)
  var output = Linear(4, 1)

  func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(output(sigmoid(hidden(x)))) }
}

/// Linear layers with ReLU between them.
private struct DenseNetwork: Module {
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
    name: "xor", iterations: 2000, operations: denseOperations([2, 4, 1], batch: 4)
  ) {
    let inputs: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
    let targets: Tensor = [[0], [1], [1], [0]]
    return step(XORNetwork()) { mse($0(inputs), targets) }
  }

  static func dense(
    _ name: String, _ sizes: [Int], batch: Int, iterations: Int
  ) -> Workload {
    Workload(
      name: name, iterations: iterations, operations: denseOperations(sizes, batch: batch)
    ) {
      var data = WorkloadData()
      let inputs = data.numbers([batch, sizes[0]])
      let labels = data.labels(batch, below: sizes[sizes.count - 1])
      return step(DenseNetwork(sizes)) { crossEntropy($0(inputs), labels) }
    }
  }

  /// Three products a layer, but two in the first.
  static func denseOperations(_ sizes: [Int], batch: Int) -> Double {
    let layers = zip(sizes, sizes.dropFirst()).map { Double(2 * batch * $0 * $1) }
    return layers.reduce(0) { $0 + 3 * $1 } - layers[0]
  }
}
