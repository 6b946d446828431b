import Arrays
import Tensors

/// Numbers for tests, the same ones for the same seed (SplitMix64; Steele et al., 2014).
struct MadeUp {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  /// A seed that depends on a name alone.
  init(for name: String) {
    self.init(seed: name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF })
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in a range.
  mutating func number(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(next() >> 11) * 0x1p-53
  }

  /// Uniform numbers of the range: whole ones for integers (zero where the range has none), either
  /// truth value for bool.
  mutating func tensor(
    _ shape: Shape, _ dataType: DataType, in range: ClosedRange<Double> = -1...1
  ) -> Tensor {
    let elements = (0..<shape.elementCount).map { _ -> Double in
      if dataType == .bool { return Double(next() >> 63) }
      if dataType.isFloatingPoint { return number(in: range) }
      let lower = (dataType == .uint8 ? max(range.lowerBound, 0) : range.lowerBound).rounded(.up)
      let upper = range.upperBound.rounded(.down)
      if upper < lower { return 0 }
      return lower + Double(next() % UInt64(upper - lower + 1))
    }
    return Tensor(elements, shape: shape).to(dataType)
  }

  /// The inputs of an exemplar, with `dataType` for those that leave their type open.
  mutating func inputs(of exemplar: Exemplar, _ dataType: DataType) -> [Tensor] {
    exemplar.inputs.map { tensor($0.shape, $0.dataType ?? dataType, in: $0.range) }
  }
}

extension Exemplar {
  /// The inputs with respect to which derivatives are checked.
  var differentiable: [Int] { inputs.indices.filter { inputs[$0].dataType == nil } }
}
