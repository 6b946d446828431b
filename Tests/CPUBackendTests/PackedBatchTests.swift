import Arrays
import CPUBackend
import Testing

/// Batches of packed products, read where an attention layer leaves them.
@Suite(.onEveryProcessor) struct PackedBatchTests {
  /// `batch` × `heads` products of [length, width] and its transpose, heads side by side in rows.
  struct Heads: Sendable {
    var batch: Int
    var heads: Int
    var length: Int
    var width: Int
  }

  static let all = [
    Heads(batch: 2, heads: 3, length: 5, width: 4),
    Heads(batch: 3, heads: 4, length: 70, width: 32),
    Heads(batch: 1, heads: 2, length: 300, width: 40),
    Heads(batch: 40, heads: 5, length: 3, width: 8),
  ]

  private static func product(_ x: Heads, scale: Float = 1) -> PackedProduct {
    let row = x.heads * x.width
    let inputs = PackedBatches.Steps(outer: x.length * row, inner: x.width)
    let squares = PackedBatches.Steps(
      outer: x.heads * x.length * x.length, inner: x.length * x.length)
    return PackedProduct(
      m: x.length, n: x.length, k: x.width, aStrides: (row, 1),
      b: .plain(.transposed(stride: row)), c: .rowMajor(stride: x.length),
      batches: PackedBatches(outer: x.batch, inner: x.heads, a: inputs, b: inputs, c: squares),
      scale: scale)
  }

  private static func run(_ x: Heads, _ a: NDArray, _ b: NDArray) -> [Float] {
    let product = product(x)
    let scratch = Storage(byteCount: product.scratchByteCount)
    var result = [Float](repeating: .nan, count: x.batch * x.heads * x.length * x.length)
    withExtendedLifetime((a, b, scratch)) {
      result.withUnsafeMutableBufferPointer {
        guard let target = $0.baseAddress else { return }
        product.run(
          a: a.pointer(as: Float.self), b: b.pointer(as: Float.self), c: target,
          scratch: scratch.pointer)
      }
    }
    return result
  }

  private static func operands(_ x: Heads) -> (NDArray, NDArray) {
    let layout = Layout(contiguous: [x.batch, x.length, x.heads, x.width])
    return (array(layout, seed: 1), array(layout, seed: 2))
  }

  @Test(arguments: all) func headsWhereTheyLie(_ x: Heads) {
    let (a, b) = Self.operands(x)
    let (left, right) = (a.elements, b.elements)
    var expected: [Double] = []
    func place(_ batch: Int, _ head: Int, _ i: Int) -> Int {
      ((batch * x.length + i) * x.heads + head) * x.width
    }
    for batch in 0..<x.batch {
      for head in 0..<x.heads {
        for i in 0..<x.length {
          for j in 0..<x.length {
            let (first, second) = (place(batch, head, i), place(batch, head, j))
            expected.append((0..<x.width).reduce(0) { $0 + left[first + $1] * right[second + $1] })
          }
        }
      }
    }
    let found = Self.run(x, a, b).map(Double.init)
    #expect(largestDifference(found, expected) <= tolerance(.float32, terms: x.width))
  }

  @Test(arguments: all) func sameBitsForEveryNumberOfThreads(_ x: Heads) {
    let (a, b) = Self.operands(x)
    let results = withThreadCounts { Self.run(x, a, b) }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// One matrix after the other, with a factor that is a power of two: the same bits, multiplied.
  @Test(arguments: all) func matrixByMatrix(_ x: Heads) {
    let (a, b) = Self.operands(x)
    let product = Self.product(x, scale: 0.25)
    let scratch = Storage(byteCount: product.batchScratchByteCount)
    var result = [Float](repeating: .nan, count: x.batch * x.heads * x.length * x.length)
    withExtendedLifetime((a, b, scratch)) {
      result.withUnsafeMutableBufferPointer {
        guard let target = $0.baseAddress else { return }
        for matrix in 0..<x.batch * x.heads {
          product.run(
            batch: matrix, a: a.pointer(as: Float.self), b: b.pointer(as: Float.self), c: target,
            scratch: scratch.pointer)
        }
      }
    }
    #expect(result == Self.run(x, a, b).map { $0 * 0.25 })
  }
}
