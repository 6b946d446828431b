import Arrays
import Tensors

extension Initializer {
  /// A weight and its bias, drawn one after the other from the current random stream. Both start
  /// uniform in ±1/√fanIn where no initializer is given, as in PyTorch.
  static func makeWeightAndBias(
    _ shape: Shape, outputs: Int, hasBias: Bool, _ weight: Initializer?, _ bias: Initializer?
  ) -> (weight: Tensor, bias: Tensor?) {
    let bound = 1 / Double(shape.dropFirst().reduce(1, *)).squareRoot()
    let standard = Initializer.uniform(from: -bound, to: bound)
    return RandomSource.withCurrent { random in
      let first = (weight ?? standard)(shape, using: &random)
      return (first, hasBias ? (bias ?? standard)([outputs], using: &random) : nil)
    }
  }
}
