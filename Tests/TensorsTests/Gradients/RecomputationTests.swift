import Arrays
import Foundation
import Tensors
import Testing

/// Recomputation changes what is kept, not what comes out.
@Suite struct RecomputationTests {
  struct Block: TensorTree {
    var weight: Tensor
    var bias: Tensor?

    init(_ seed: Int) {
      var numbers = MadeUp(seed: seed)
      weight = numbers.tensor([8, 8], .float64)
      bias = numbers.tensor([8], .float64)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      tanh(linear(x, weight: weight, bias: bias)) + x
    }
  }

  private static func input() -> Tensor {
    var numbers = MadeUp(seed: 3)
    return numbers.tensor([4, 8], .float64)
  }

  private static func run(_ blocks: [Block], _ x: Tensor, recomputing: Bool) -> Tensor {
    blocks.reduce(x) { x, block in
      recomputing ? withRecomputation(of: block, x) { $0($1) } : block(x)
    }
  }

  @Test func givesTheSameBits() {
    let blocks = [Block(1), Block(2)]
    let plain = valueAndGradient(of: blocks, Self.input()) {
      square(Self.run($0, $1, recomputing: false)).sum()
    }
    let recomputed = valueAndGradient(of: blocks, Self.input()) {
      square(Self.run($0, $1, recomputing: true)).sum()
    }
    #expect(plain.value.item() == recomputed.value.item())
    expectTensor(recomputed.gradient.1, like: plain.gradient.1, .exact, "input")
    for (found, wanted) in zip(recomputed.gradient.0, plain.gradient.0) {
      expectTensor(found.weight, like: wanted.weight, .exact, "weight")
      expectTensor(found.bias ?? [], like: wanted.bias ?? [], .exact, "bias")
    }
  }

  @Test func isDifferentiatedTwice() {
    func second(recomputing: Bool) -> Tensor {
      let block = [Block(1)]
      return gradient(of: Self.input()) { x in
        square(gradient(of: x) { Self.run(block, $0, recomputing: recomputing).sum() }).sum()
      }
    }
    expectTensor(
      second(recomputing: true), like: second(recomputing: false), .rounding(.float64), "twice")
  }

  @Test func isNothingSpecialOutsideOfClosures() {
    let block = [Block(1)]
    expectTensor(
      Self.run(block, Self.input(), recomputing: true),
      like: Self.run(block, Self.input(), recomputing: false), .exact, "outside")
  }

  /// 32 operations on a megabyte each: kept, they need 32 MB; recomputed in four parts, 8 and some.
  @Test func keepsLess() async {
    await #expect(processExitsWith: .success) {
      @Sendable func part(_ x: Tensor) -> Tensor { (0..<8).reduce(x) { y, _ in sin(y) } }
      func peak(recomputing: Bool) -> Int {
        MemoryPool.shared.releaseKept()
        let x = Tensor.full([1 << 18], 0.5)
        let before = MemoryPool.shared.statistics.peakBytesInUse
        _ = gradient(of: x) { x in
          (0..<4).reduce(x) { y, _ in
            recomputing ? withRecomputation(of: [Tensor](), y) { _, y in part(y) } : part(y)
          }.sum()
        }
        return MemoryPool.shared.statistics.peakBytesInUse - before
      }
      // The peak only rises, so the smaller one comes first.
      let recomputed = peak(recomputing: true)
      let plain = peak(recomputing: false)
      exit(recomputed < 20 << 20 && plain > 10 << 20 && plain + recomputed > 32 << 20 ? 0 : 1)
    }
  }
}
