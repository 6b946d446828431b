/// The floating-point operations of one example in products and convolutions, forward: two for every
/// multiply-add. All else, bias and activation and normalization, is not counted.
package struct OperationCount: Sendable {
  /// Those of layers that take the data themselves: training asks for no derivative by the data.
  package let first: Double
  /// All others.
  package let rest: Double

  /// The operations of a training step: every product forward and twice backward, by its input and
  /// by its weights, the first only by its weights.
  package func training(batch: Int) -> Double { Double(batch) * (2 * first + 3 * rest) }

  /// The operations of a forward pass.
  package func inference(batch: Int) -> Double { Double(batch) * (first + rest) }

  /// Of one row of a product [rows, inputs] · [inputs, outputs].
  static func product(_ inputs: Int, _ outputs: Int) -> Double { Double(2 * inputs * outputs) }

  /// Of a square convolution whose output is `side` × `side`.
  static func convolution(_ inputs: Int, _ outputs: Int, kernel: Int, side: Int) -> Double {
    Double(2 * inputs * outputs * kernel * kernel * side * side)
  }
}
