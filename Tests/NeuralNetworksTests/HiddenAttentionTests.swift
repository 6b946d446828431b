import Myelin
import TestSupport
import Testing

/// Operands, and perhaps a mask that is added.
private struct Operands: TensorTree {
  var queries: Tensor
  var keys: Tensor
  var values: Tensor
  var added: Tensor?
}

/// Attention of which a mask hides all: zeros, and zeros as gradients, never NaN.
struct HiddenAttentionTests {
  private func isZero(_ x: Tensor) -> Bool { x.scalars(as: Double.self).allSatisfy { $0 == 0 } }

  /// 3 queries are one piece, 600 several blocks.
  @Test(arguments: [3, 600], ExecutionMode.allCases)
  func maskHidesAll(_ time: Int, _ mode: ExecutionMode) throws {
    for type in [DataType.float32, .float64, .float16, .bfloat16] {
      for (keyHeads, isAdded, window, isCausal) in [
        (2, false, nil, false), (1, true, nil, true), (1, false, 2, false), (2, true, 2, true),
      ] as [(Int, Bool, Int?, Bool)] {
        var random = RandomSource(seed: 1)
        func draw(_ heads: Int) -> Tensor { random.normal([1, heads, time, 4]).to(type) }
        let operands = Operands(
          queries: draw(2), keys: draw(keyHeads), values: draw(keyHeads),
          added: isAdded ? Tensor.full([time, time], -.infinity, type) : nil)
        let seen = Tensor.zeros([time, time], .bool)
        let found = try mode.differentiate(operands, cotangent: .ones([1, 2, time, 4], type)) {
          scaledDotProductAttention(
            $0.queries, $0.keys, $0.values, mask: $0.added ?? seen, isCausal: isCausal,
            window: window)
        }
        #expect(isZero(found.value), "\(type)")
        for gradient in found.gradient.namedTensors {
          #expect(isZero(gradient.tensor), "\(type), \(gradient.path)")
        }
      }
    }
  }

  /// The first of two sequences has no key to look at.
  @Test(arguments: ExecutionMode.allCases)
  func scoresAreHidden(_ mode: ExecutionMode) throws {
    var random = RandomSource(seed: 1)
    let (queries, keys) = (random.normal([2, 3, 4]), random.normal([2, 5, 4]))
    let mask = lengthMask([0, 2], time: 5)
    let additive = AdditiveAttention(queryWidth: 4, keyWidth: 4, hidden: 3)
    let product = MultiplicativeAttention(queryWidth: 4, keyWidth: 4, score: .concat(hidden: 2))
    let found = try mode.differentiate(
      Operands(queries: queries, keys: keys, values: keys), cotangent: .ones([2, 3, 4])
    ) {
      additive($0.queries, $0.keys, $0.values, keyMask: mask).context
        + product($0.queries, $0.keys, $0.values, keyMask: mask).context
    }
    #expect(isZero(found.value[0]))
    for gradient in [found.gradient.queries, found.gradient.keys, found.gradient.values] {
      #expect(isZero(gradient[0]))
      #expect(gradient.scalars(as: Float.self).allSatisfy { $0.isFinite })
    }
  }
}
